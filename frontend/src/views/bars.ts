import { onAxis, short } from "../format.ts";
import type { BarsSpec, Range } from "../spec.ts";
import type { Tensors } from "../tensor.ts";
import { indexOfLargest } from "./lines.ts";
import { COLOURS, pick } from "./palette.ts";
import { CanvasView, labelsOf, legendOf, type Table } from "./view.ts";

/** The share of a place that its bars fill. */
const FILL = 0.8;

export class Bars extends CanvasView<BarsSpec> {
  private readonly labels: string[];

  constructor(spec: BarsSpec) {
    super(spec, legendOf(spec.labels, spec.y), "bar");
    this.labels = labelsOf(spec.labels, spec.y);
  }

  protected names(): string[] {
    return this.spec.y;
  }

  private ticks(count: number): string[] {
    return Array.from({ length: count }, (_, i) => this.spec.ticks?.[i] ?? String(i));
  }

  private heights(outputs: Tensors): Range {
    return this.range("y", this.spec.ylim, () => [...this.spec.y.map((name) => outputs[name].data), [0]]);
  }

  protected paint(outputs: Tensors): void {
    const { surface, spec } = this;
    const series = spec.y.map((name) => outputs[name].data);
    const count = Math.max(...series.map((values) => values.length));
    const x: Range = [-0.5, count - 0.5];
    const frame = surface.axes({ ...spec, x, y: this.heights(outputs), names: this.ticks(count) });
    const width = FILL / series.length;
    surface.inside(frame, (context) => {
      series.forEach((values, i) => {
        context.fillStyle = pick(COLOURS, i);
        values.forEach((value: number, place: number) => {
          const left = frame.x(place - FILL / 2 + i * width);
          const right = frame.x(place - FILL / 2 + (i + 1) * width);
          if (Number.isFinite(value))
            context.fillRect(left, frame.y(value), right - left, frame.y(0) - frame.y(value));
        });
        // the second cue: every other series is hatched by its outline
        if (i % 2 === 0) return;
        context.strokeStyle = surface.ink;
        values.forEach((value: number, place: number) => {
          const left = frame.x(place - FILL / 2 + i * width);
          const right = frame.x(place - FILL / 2 + (i + 1) * width);
          if (Number.isFinite(value) && right - left > 4)
            context.strokeRect(
              left + 0.5,
              frame.y(value) + 0.5,
              right - left - 1,
              frame.y(0) - frame.y(value),
            );
        });
      });
    });
  }

  protected sentence(outputs: Tensors): string {
    const heights = this.heights(outputs);
    const sentences = this.spec.y.map((name, i) => {
      const values = outputs[name].data;
      const top = indexOfLargest(values);
      return top < 0
        ? ""
        : `${this.labels[i]} is largest, ${onAxis(values[top], heights)}, at ${this.ticks(values.length)[top]}.`;
    });
    return sentences.filter(Boolean).join(" ");
  }

  table(outputs: Tensors): Table {
    const { spec } = this;
    const series = spec.y.map((name) => outputs[name].data);
    const rows = this.ticks(Math.max(...series.map((values) => values.length)));
    return {
      caption: spec.title || spec.ylabel || "Bars",
      head: [spec.xlabel || "bar", ...this.labels],
      rows: rows.map((tick, i) => [
        tick,
        ...series.map((values) => (i < values.length ? short(values[i], 4) : "")),
      ]),
    };
  }
}
