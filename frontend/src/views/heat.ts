import { onAxis, short, ticks } from "../format.ts";
import type { HeatSpec, Range } from "../spec.ts";
import type { Tensor, Tensors } from "../tensor.ts";
import { contour, levelsBetween } from "./contours.ts";
import { indexOfLargest } from "./lines.ts";
import { COLOURS, pick, viridis } from "./palette.ts";
import { Picture } from "./picture.ts";
import { PlaneView } from "./plane.ts";
import type { Frame, Surface } from "./surface.ts";

const BAR = 12;

export class Heat extends PlaneView<HeatSpec> {
  protected override readonly look = { grid: false, right: BAR + 52 };
  private readonly picture = new Picture();

  constructor(spec: HeatSpec) {
    super(spec, spec.labels ?? [], "point", 1);
  }

  protected names(): string[] {
    return [this.spec.z, ...(this.spec.points ?? [])];
  }

  /** Where the spec says no range, the axes count rows and columns. */
  protected pairs(outputs: Tensors): Tensor[] {
    const [rows, columns] = outputs[this.spec.z].shape.slice(-2);
    return [{ type: "float32", shape: [2, 2], data: Float32Array.of(0, 0, columns - 1, rows - 1) }];
  }

  private limits(outputs: Tensors): Range {
    return this.range("z", this.spec.limits, () => [outputs[this.spec.z].data], 0);
  }

  protected override paint(outputs: Tensors): Frame {
    const frame = super.paint(outputs);
    this.scale(frame, this.limits(outputs));
    return frame;
  }

  protected marks(surface: Surface, frame: Frame, outputs: Tensors): void {
    const { spec } = this;
    const { data, shape } = outputs[spec.z];
    const [rows, columns] = shape.slice(-2);
    const limits = this.limits(outputs);
    this.picture.fill(data, rows, columns, limits, viridis, true);
    // from the middle of the first cell to the middle of the last: the nodes lie on the limits
    surface.context.imageSmoothingEnabled = true;
    const { left, top, width, height } = frame;
    surface.context.drawImage(this.picture.canvas, 0.5, 0.5, columns - 1, rows - 1, left, top, width, height);
    this.contours(surface, frame, data, rows, columns, limits);
    spec.points?.forEach((name, i) => {
      surface.points(frame, outputs[name].data, i, "#fff", 6);
      surface.points(frame, outputs[name].data, i, pick(COLOURS, i + 1), 4.5);
    });
  }

  private contours(
    surface: Surface,
    frame: Frame,
    data: ArrayLike<number>,
    rows: number,
    columns: number,
    limits: Range,
  ): void {
    const { contours = [] } = this.spec;
    const levels = typeof contours === "number" ? levelsBetween(...limits, contours) : contours;
    surface.inside(frame, (context) => {
      for (const level of levels) {
        const segments = contour(data, rows, columns, level);
        // light on the dark half of the scale, dark on the light half
        context.strokeStyle = level < (limits[0] + limits[1]) / 2 ? "#ffffffb0" : "#000000a0";
        context.beginPath();
        const across = (column: number) => frame.left + (column / (columns - 1)) * frame.width;
        const up = (row: number) => frame.top + frame.height - (row / (rows - 1)) * frame.height;
        for (let i = 0; i < segments.length; i += 4) {
          context.moveTo(across(segments[i]), up(segments[i + 1]));
          context.lineTo(across(segments[i + 2]), up(segments[i + 3]));
        }
        context.stroke();
      }
    });
  }

  private scale(frame: Frame, [low, high]: Range): void {
    const { context } = this.surface;
    const left = frame.left + frame.width + 10;
    for (let i = 0; i < frame.height; i++) {
      context.fillStyle = `rgb(${viridis(1 - i / frame.height)})`;
      context.fillRect(left, frame.top + i, BAR, 1.5);
    }
    context.fillStyle = this.surface.ink;
    context.textAlign = "left";
    context.textBaseline = "middle";
    for (const value of ticks(low, high, 4))
      context.fillText(
        short(value, 4),
        left + BAR + 4,
        frame.top + frame.height * (1 - (value - low) / (high - low || 1)),
      );
  }

  protected sentence(outputs: Tensors): string {
    const { spec } = this;
    const { data, shape } = outputs[spec.z];
    const [rows, columns] = shape.slice(-2);
    const top = indexOfLargest(data);
    const parts =
      spec.points?.map((name, i) =>
        this.cloudInWords(spec.labels?.[i] ?? name, outputs[name].data, outputs),
      ) ?? [];
    if (top >= 0) {
      const [x, y] = this.ranges(outputs);
      const across = x[0] + ((top % columns) / (columns - 1)) * (x[1] - x[0]);
      const up = y[0] + (Math.floor(top / columns) / (rows - 1)) * (y[1] - y[0]);
      const most = onAxis(data[top], this.limits(outputs));
      parts.unshift(
        `The greatest value, ${most}, is where ${spec.xlabel || "x"} is ${onAxis(across, x)} and ${spec.ylabel || "y"} is ${onAxis(up, y)}.`,
      );
    }
    return parts.join(" ");
  }
}
