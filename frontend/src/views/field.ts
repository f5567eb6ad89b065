import { onAxis, short } from "../format.ts";
import type { FieldSpec } from "../spec.ts";
import type { Tensor, Tensors } from "../tensor.ts";
import { COLOURS, pick } from "./palette.ts";
import { PlaneView } from "./plane.ts";
import type { Frame, Surface } from "./surface.ts";

const HEAD = 0.45; // radians between an arrow and the sides of its head

export class Field extends PlaneView<FieldSpec> {
  private scale: number;

  constructor(spec: FieldSpec) {
    super(spec, spec.labels ?? [], "point", 1);
    this.scale = spec.scale ?? 0;
  }

  protected names(): string[] {
    return [this.spec.at, this.spec.arrows, ...(this.spec.points ?? [])];
  }

  protected pairs(outputs: Tensors): Tensor[] {
    return [outputs[this.spec.at]];
  }

  protected marks(surface: Surface, frame: Frame, outputs: Tensors): void {
    const { spec } = this;
    const at = outputs[spec.at];
    const arrows = outputs[spec.arrows].data;
    const [x, y] = this.ranges(outputs);
    this.scale ||= spacing(x[1] - x[0], y[1] - y[0], at.data.length / 2) / (longest(arrows).length || 1);
    // arrows lie over the points, which may be many
    spec.points?.forEach((name, i) => {
      const { data } = outputs[name];
      surface.points(frame, data, i, pick(COLOURS, i + 1), data.length > 40 ? 1.8 : 3);
    });
    surface.inside(frame, (context) => {
      context.strokeStyle = pick(COLOURS, 0);
      context.lineWidth = arrows.length > 40 ? 1.5 : 2.5;
      context.beginPath();
      for (let i = 0; i < arrows.length; i += 2) {
        const tip = [at.data[i] + this.scale * arrows[i], at.data[i + 1] + this.scale * arrows[i + 1]];
        if (!tip.every(Number.isFinite)) continue;
        arrow(context, frame.x(at.data[i]), frame.y(at.data[i + 1]), frame.x(tip[0]), frame.y(tip[1]));
      }
      context.stroke();
    });
  }

  protected sentence(outputs: Tensors): string {
    const { spec } = this;
    const at = outputs[spec.at].data;
    const { length, place } = longest(outputs[spec.arrows].data);
    const [x, y] = this.ranges(outputs);
    const start = `(${onAxis(at[place], x)}, ${onAxis(at[place + 1], y)})`;
    return [
      `The longest arrow, ${short(length)}, starts at ${start}.`,
      ...(spec.points ?? []).map((name, i) =>
        this.cloudInWords(spec.labels?.[i] ?? name, outputs[name].data, outputs),
      ),
    ].join(" ");
  }
}

function longest(arrows: ArrayLike<number>): { length: number; place: number } {
  let [length, place] = [0, 0];
  for (let i = 0; i < arrows.length; i += 2) {
    const own = Math.hypot(arrows[i], arrows[i + 1]);
    if (Number.isFinite(own) && own > length) [length, place] = [own, i];
  }
  return { length, place };
}

/** The distance of neighbours if `count` places fill the axes evenly. */
const spacing = (width: number, height: number, count: number): number =>
  Math.sqrt((width * height) / Math.max(count, 1));

function arrow(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const head = Math.min(8, Math.hypot(x1 - x0, y1 - y0) / 2);
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  for (const side of [-HEAD, HEAD]) {
    context.moveTo(x1, y1);
    context.lineTo(x1 - head * Math.cos(angle + side), y1 - head * Math.sin(angle + side));
  }
}
