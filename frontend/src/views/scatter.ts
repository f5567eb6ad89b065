import type { ScatterSpec } from "../spec.ts";
import type { Tensor, Tensors } from "../tensor.ts";
import { COLOURS, pick } from "./palette.ts";
import { PlaneView } from "./plane.ts";
import type { Frame, Surface } from "./surface.ts";
import { labelsOf, legendOf } from "./view.ts";

export class Scatter extends PlaneView<ScatterSpec> {
  constructor(spec: ScatterSpec) {
    super(spec, legendOf(spec.labels, spec.points), "point");
  }

  protected names(): string[] {
    return this.spec.points;
  }

  protected pairs(outputs: Tensors): Tensor[] {
    return this.spec.points.map((name) => outputs[name]);
  }

  protected marks(surface: Surface, frame: Frame, outputs: Tensors): void {
    this.pairs(outputs).forEach(({ data }, i) => {
      const many = data.length > 200;
      surface.context.globalAlpha = many ? 0.7 : 1;
      surface.points(frame, data, i, pick(COLOURS, i), many ? 2.2 : 4);
    });
  }

  protected sentence(outputs: Tensors): string {
    const labels = labelsOf(this.spec.labels, this.spec.points);
    return this.pairs(outputs)
      .map(({ data }, i) => this.cloudInWords(labels[i], data, outputs))
      .join(" ");
  }
}
