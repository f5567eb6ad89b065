import { onAxis, short } from "../format.ts";
import type { LinesSpec, Range } from "../spec.ts";
import type { Data, Tensors } from "../tensor.ts";
import { COLOURS, DASHES, pick } from "./palette.ts";
import { CanvasView, labelsOf, legendOf, type Table } from "./view.ts";

export class Lines extends CanvasView<LinesSpec> {
  private readonly labels: string[];

  constructor(spec: LinesSpec) {
    super(spec, legendOf(spec.labels, spec.y), "line");
    this.labels = labelsOf(spec.labels, spec.y);
  }

  protected names(): string[] {
    const { x, y, level } = this.spec;
    return [x, ...y, ...(typeof level === "string" ? [level] : [])];
  }

  private level(outputs: Tensors): number[] {
    const { level } = this.spec;
    if (level === undefined || level === null) return [];
    return [typeof level === "number" ? level : outputs[level].data[0]];
  }

  private ranges(outputs: Tensors): [x: Range, y: Range] {
    const { x, y, xlim, ylim } = this.spec;
    const curves = () => [...y.map((name) => outputs[name].data), this.level(outputs)];
    return [this.range("x", xlim, () => [outputs[x].data], 0), this.range("y", ylim, curves)];
  }

  protected paint(outputs: Tensors): void {
    const { surface, spec } = this;
    const x = outputs[spec.x].data;
    const curves = spec.y.map((name) => outputs[name].data);
    const level = this.level(outputs);
    const [across, up] = this.ranges(outputs);
    const frame = surface.axes({ ...spec, x: across, y: up });
    surface.inside(frame, (context) => {
      context.lineWidth = 1.5;
      context.setLineDash([3, 3]);
      for (const value of level)
        if (Number.isFinite(value)) {
          context.beginPath();
          context.moveTo(frame.left, frame.y(value));
          context.lineTo(frame.left + frame.width, frame.y(value));
          context.stroke();
        }
      context.lineWidth = 2.5;
      context.lineJoin = "round";
      curves.forEach((y, series) => {
        context.strokeStyle = pick(COLOURS, series);
        context.setLineDash(pick(DASHES, series));
        surface.path(
          frame,
          y.length,
          (i) => x[i],
          (i) => y[i],
        );
      });
    });
  }

  protected sentence(outputs: Tensors): string {
    const { spec } = this;
    const x = outputs[spec.x].data;
    const [across, up] = this.ranges(outputs);
    const where = spec.xlabel || spec.x;
    const sentences = spec.y.map((name, i) => {
      const y = outputs[name].data;
      const top = indexOfLargest(y);
      if (top < 0) return "";
      return `${this.labels[i]} is highest, ${onAxis(y[top], up)}, where ${where} is ${onAxis(x[top], across)}.`;
    });
    return sentences.filter(Boolean).join(" ");
  }

  table(outputs: Tensors): Table {
    const { spec } = this;
    const x = outputs[spec.x].data;
    return {
      caption: spec.title || spec.ylabel || "Lines",
      head: [spec.xlabel || spec.x, ...this.labels],
      rows: Array.from(x, (value, i) =>
        [value, ...spec.y.map((name) => outputs[name].data[i])].map((each) => short(each, 4)),
      ),
    };
  }
}

/** The place of the greatest finite value, or -1. */
export function indexOfLargest(values: Data): number {
  let best = -1;
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i]) && (best < 0 || values[i] > values[best])) best = i;
  return best;
}
