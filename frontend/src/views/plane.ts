// What views of a plane share: square axes, marks in them, and the plane behind a pad that moves in it.
import { onAxis } from "../format.ts";
import type { FieldSpec, HeatSpec, PadSpec, PathsSpec, Range, ScatterSpec } from "../spec.ts";
import type { Tensor, Tensors } from "../tensor.ts";
import type { AxesLook, Frame, Surface } from "./surface.ts";
import { CanvasView } from "./view.ts";

const same = (one: Range | undefined, other: Range): boolean =>
  one?.[0] === other[0] && one[1] === other[1];

export abstract class PlaneView<
  Spec extends ScatterSpec | HeatSpec | FieldSpec | PathsSpec,
> extends CanvasView<Spec> {
  protected readonly look: Partial<AxesLook> = {};

  /** The pairs that the axes hold where the spec says no range. */
  protected abstract pairs(outputs: Tensors): Tensor[];
  /** Everything between the axes, on this view's canvas or on another's. */
  protected abstract marks(surface: Surface, frame: Frame, outputs: Tensors): void;

  protected ranges(outputs: Tensors): [x: Range, y: Range] {
    const { xlim, ylim } = this.spec;
    const along = (which: 0 | 1) => () => this.pairs(outputs).map((pairs) => every(pairs, which));
    return [this.range("x", xlim, along(0)), this.range("y", ylim, along(1))];
  }

  protected paint(outputs: Tensors): Frame {
    const [x, y] = this.ranges(outputs);
    const frame = this.surface.axes({ ...this.spec, ...this.look, x, y }, true);
    this.marks(this.surface, frame, outputs);
    return frame;
  }

  isBehind({ x, y }: PadSpec): boolean {
    return same(this.spec.xlim, x) && same(this.spec.ylim, y);
  }

  /** Fills a canvas that shows the same plane from edge to edge. */
  behind(surface: Surface, outputs: Tensors): void {
    surface.clear();
    if (surface.width) this.marks(surface, surface.whole(...this.ranges(outputs)), outputs);
  }

  /** How many points there are and where, in words. */
  protected cloudInWords(label: string, pairs: ArrayLike<number>, outputs: Tensors): string {
    const ranges = this.ranges(outputs);
    const count = pairs.length / 2;
    const mean = [0, 1].map((which) => {
      let sum = 0;
      for (let i = which; i < pairs.length; i += 2) sum += pairs[i] / count;
      return onAxis(sum, ranges[which]);
    });
    const place = `(${mean.join(", ")})`;
    return count === 1 ? `${label} is at ${place}.` : `${label}: ${count} points around ${place}.`;
  }
}

/** The first or the second of pairs. */
function every(pairs: Tensor, which: 0 | 1): Float64Array {
  return Float64Array.from({ length: pairs.data.length / 2 }, (_, i) => pairs.data[2 * i + which]);
}
