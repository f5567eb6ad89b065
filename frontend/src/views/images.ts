import { onAxis } from "../format.ts";
import { sheet } from "../layout.ts";
import type { ImagesSpec } from "../spec.ts";
import { sizeOf, type Tensors } from "../tensor.ts";
import { grey } from "./palette.ts";
import { Picture } from "./picture.ts";
import { CanvasView } from "./view.ts";

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
    const { across, down, zoom, right, below } = sheet(spec, shape, surface.width, surface.height);
    const [width, height] = [zoom * columns, zoom * rows];
    const gap = right - width;
    const left = (surface.width - across * right + gap) / 2;
    const top = (surface.height - down * below + gap) / 2;
    const { context } = surface;
    context.imageSmoothingEnabled = false;
    context.textAlign = "center";
    context.textBaseline = "top";
    for (let i = 0; i < count; i++) {
      const [x, y] = [left + (i % across) * right, top + Math.floor(i / across) * below];
      this.picture.fill(data, rows, columns, spec.limits ?? [0, 1], grey, false, i * rows * columns);
      context.drawImage(this.picture.canvas, x, y, width, height);
      context.globalAlpha = 0.4;
      context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
      context.globalAlpha = 1;
      if (spec.labels?.[i]) context.fillText(spec.labels[i], x + width / 2, y + height + 3, width + gap);
    }
  }

  protected sentence(outputs: Tensors): string {
    const { data, shape } = outputs[this.spec.images];
    const [rows, columns] = shape.slice(-2);
    const count = sizeOf(shape.slice(0, -2));
    let sum = 0;
    for (const value of data) sum += value / data.length;
    const what = count === 1 ? "One image" : `${count} images`;
    return `${what} of ${rows} by ${columns} pixels, ${onAxis(sum, this.spec.limits ?? [0, 1])} on average.`;
  }
}
