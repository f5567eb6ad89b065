import { short } from "../format.ts";
import type { ScatterSpec } from "../spec.ts";
import type { Tensors } from "../tensor.ts";
import { COLOURS, pick } from "./palette.ts";
import { CanvasView, every, labelsOf, legendOf } from "./view.ts";

export class Scatter extends CanvasView<ScatterSpec> {
  constructor(spec: ScatterSpec) {
    super(spec, legendOf(spec.labels, spec.points), "point");
  }

  protected names(): string[] {
    return this.spec.points;
  }

  protected paint(outputs: Tensors): void {
    const { surface, spec } = this;
    const clouds = spec.points.map((name) => outputs[name]);
    const frame = surface.axes(
      {
        ...spec,
        x: this.range("x", spec.xlim, () => clouds.map((cloud) => every(cloud, 0))),
        y: this.range("y", spec.ylim, () => clouds.map((cloud) => every(cloud, 1))),
      },
      true,
    );
    clouds.forEach((cloud, i) => {
      const many = cloud.data.length > 200;
      surface.context.globalAlpha = many ? 0.7 : 1;
      surface.points(frame, cloud.data, i, pick(COLOURS, i), many ? 2.2 : 4);
    });
  }

  protected sentence(outputs: Tensors): string {
    const labels = labelsOf(this.spec.labels, this.spec.points);
    return this.spec.points.map((name, i) => cloudInWords(labels[i], outputs[name].data)).join(" ");
  }
}

/** How many points there are and where, in words. */
export function cloudInWords(label: string, pairs: ArrayLike<number>): string {
  const count = pairs.length / 2;
  if (count === 1) return `${label} is at (${short(pairs[0])}, ${short(pairs[1])}).`;
  const mean = [0, 1].map((which) => {
    let sum = 0;
    for (let i = which; i < pairs.length; i += 2) sum += pairs[i] / count;
    return short(sum);
  });
  return `${label}: ${count} points around (${mean[0]}, ${mean[1]}).`;
}
