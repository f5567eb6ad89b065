// Values as pixels, on a canvas of their own that a view then stretches.
import type { Range } from "../spec.ts";
import { MISSING, type Colour } from "./palette.ts";

export class Picture {
  readonly canvas = document.createElement("canvas");
  private readonly context = this.canvas.getContext("2d")!;

  /** One pixel a value; `upward` puts the first row at the bottom. Values that are not finite are red. */
  fill(
    data: ArrayLike<number>,
    rows: number,
    columns: number,
    [low, high]: Range,
    colour: (share: number) => Colour,
    upward = false,
    offset = 0,
  ): void {
    if (this.canvas.width !== columns) this.canvas.width = columns;
    if (this.canvas.height !== rows) this.canvas.height = rows;
    const image = this.context.createImageData(columns, rows);
    const table = Array.from({ length: 256 }, (_, i) => colour(i / 255));
    const scale = 255 / (high - low || 1);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const value = data[offset + row * columns + column];
        const level = Math.round(Math.min(Math.max((value - low) * scale, 0), 255));
        const [red, green, blue] = Number.isFinite(value) ? table[level] : MISSING;
        const at = 4 * ((upward ? rows - 1 - row : row) * columns + column);
        image.data[at] = red;
        image.data[at + 1] = green;
        image.data[at + 2] = blue;
        image.data[at + 3] = 255;
      }
    this.context.putImageData(image, 0, 0);
  }
}
