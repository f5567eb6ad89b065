import { short } from "../format.ts";
import type { ImagesSpec } from "../spec.ts";
import { sizeOf, type Tensors } from "../tensor.ts";
import { grey } from "./palette.ts";
import { Picture } from "./picture.ts";
import { CanvasView } from "./view.ts";

const GAP = 4;
const LABEL = 16;

export class Images extends CanvasView<ImagesSpec> {
  private readonly picture = new Picture();

  protected names(): string[] {
    return [this.spec.images];
  }

  protected paint(outputs: Tensors): void {
    const { surface, spec } = this;
    const { data, shape } = outputs[spec.images];
    const [rows, columns] = shape.slice(-2);
    const count = sizeOf(shape.slice(0, -2));
    const below = spec.labels?.length ? LABEL : 0;
    const across = spec.columns ?? bestColumns(count, rows, columns, surface.width, surface.height, below);
    const down = Math.ceil(count / across);
    // whole pixels for each value where there is room
    const fit = Math.min(
      (surface.width / across - GAP) / columns,
      (surface.height / down - GAP - below) / rows,
    );
    const zoom = fit > 2 ? Math.floor(fit * 2) / 2 : fit;
    const [width, height] = [zoom * columns, zoom * rows];
    const left = (surface.width - across * (width + GAP) + GAP) / 2;
    const top = (surface.height - down * (height + GAP + below) + GAP) / 2;
    const { context } = surface;
    context.imageSmoothingEnabled = false;
    context.textAlign = "center";
    context.textBaseline = "top";
    for (let i = 0; i < count; i++) {
      const [x, y] = [
        left + (i % across) * (width + GAP),
        top + Math.floor(i / across) * (height + GAP + below),
      ];
      this.picture.fill(data, rows, columns, spec.limits ?? [0, 1], grey, false, i * rows * columns);
      context.drawImage(this.picture.canvas, x, y, width, height);
      context.globalAlpha = 0.4;
      context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
      context.globalAlpha = 1;
      if (spec.labels?.[i]) context.fillText(spec.labels[i], x + width / 2, y + height + 3, width + GAP);
    }
  }

  protected sentence(outputs: Tensors): string {
    const { data, shape } = outputs[this.spec.images];
    const [rows, columns] = shape.slice(-2);
    const count = sizeOf(shape.slice(0, -2));
    let sum = 0;
    for (const value of data) sum += value / data.length;
    const what = count === 1 ? "One image" : `${count} images`;
    return `${what} of ${rows} by ${columns} pixels, ${short(sum)} on average.`;
  }
}

/** The number of columns that makes the pictures largest. */
function bestColumns(
  count: number,
  rows: number,
  columns: number,
  width: number,
  height: number,
  below: number,
): number {
  const zoom = (across: number) =>
    Math.min((width / across - GAP) / columns, (height / Math.ceil(count / across) - GAP - below) / rows);
  return Array.from({ length: count }, (_, i) => i + 1).reduce(
    (best, each) => (zoom(each) > zoom(best) ? each : best),
    1,
  );
}
