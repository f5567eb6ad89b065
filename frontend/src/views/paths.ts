import type { PathsSpec } from "../spec.ts";
import type { Tensor, Tensors } from "../tensor.ts";
import { COLOURS, pick } from "./palette.ts";
import { PlaneView } from "./plane.ts";
import type { Frame, Surface } from "./surface.ts";

export class Paths extends PlaneView<PathsSpec> {
  constructor(spec: PathsSpec) {
    super(spec, ["start", "end"], "point");
  }

  protected names(): string[] {
    return [this.spec.paths];
  }

  protected pairs(outputs: Tensors): Tensor[] {
    return [outputs[this.spec.paths]];
  }

  protected marks(surface: Surface, frame: Frame, outputs: Tensors): void {
    const { spec } = this;
    const paths = outputs[spec.paths];
    const [count, length] = paths.shape;
    surface.inside(frame, (context) => {
      context.globalAlpha = count > 20 ? 0.35 : 0.7;
      context.lineWidth = 1.5;
      for (let i = 0; i < count; i++) {
        const value = (k: number, which: number) => paths.data[2 * (i * length + k) + which];
        surface.path(
          frame,
          length,
          (k) => value(k, 0),
          (k) => value(k, 1),
        );
      }
    });
    surface.points(frame, ends(outputs, spec.paths, 0), 0, pick(COLOURS, 0), 3);
    surface.points(frame, ends(outputs, spec.paths, length - 1), 1, pick(COLOURS, 1), 3.5);
  }

  protected sentence(outputs: Tensors): string {
    const [count, length] = outputs[this.spec.paths].shape;
    const where = (label: string, k: number) =>
      this.cloudInWords(label, ends(outputs, this.spec.paths, k), outputs);
    return `${count} paths of ${length} points. ${where("Starts", 0)} ${where("Ends", length - 1)}`;
  }
}

/** The `k`-th point of every path. */
function ends(outputs: Tensors, name: string, k: number): number[] {
  const { data, shape } = outputs[name];
  const [count, length] = shape;
  return Array.from({ length: 2 * count }, (_, i) => data[2 * (Math.floor(i / 2) * length + k) + (i % 2)]);
}
