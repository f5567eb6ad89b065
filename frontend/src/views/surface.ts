// A canvas that is as sharp as the screen, and its axes.
import { short, ticks } from "../format.ts";
import type { Range } from "../spec.ts";
import { element } from "../element.ts";
import { marker } from "./palette.ts";

/** Where values lie on the canvas. */
export interface Frame {
  x(value: number): number;
  y(value: number): number;
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface AxesLook {
  x: Range;
  y: Range;
  xlabel?: string;
  ylabel?: string;
  /** Names of the positions 0, 1, … instead of numbers. */
  names?: string[];
  /** Grid lines under the marks. */
  grid?: boolean;
  /** Room at the right, for a colour bar. */
  right?: number;
}

const frameOf = (left: number, top: number, width: number, height: number, x: Range, y: Range): Frame => ({
  left,
  top,
  width,
  height,
  x: (value) => left + ((value - x[0]) / (x[1] - x[0])) * width,
  y: (value) => top + height - ((value - y[0]) / (y[1] - y[0])) * height,
});

const FONT = "12px system-ui, -apple-system, sans-serif";

export class Surface {
  readonly canvas = element("canvas", { role: "img" });
  readonly context = this.canvas.getContext("2d")!;
  width = 0;
  height = 0;
  ink = "#000";

  /** An empty canvas of the size that the page gives it, in the page's ink. */
  clear(): void {
    const { canvas, context } = this;
    const sharpness = Math.min(globalThis.devicePixelRatio || 1, 3);
    this.width = canvas.clientWidth;
    this.height = canvas.clientHeight;
    const [across, down] = [Math.round(this.width * sharpness), Math.round(this.height * sharpness)];
    if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
    context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    this.ink = getComputedStyle(canvas).color;
    context.font = FONT;
    context.fillStyle = context.strokeStyle = this.ink;
    context.lineWidth = 1;
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** Axes with numbers and names; square ones where both ranges span the same and `square` is asked for. */
  axes(look: AxesLook, square = false): Frame {
    const { context } = this;
    const heights = ticks(...look.y, Math.max(2, this.height / 50));
    const labels = heights.map((value) => short(value, 6));
    const widest = Math.max(...labels.map((label) => context.measureText(label).width));
    const left = Math.ceil(widest) + 10 + (look.ylabel ? 18 : 0);
    const bottom = look.xlabel ? 40 : 22;
    let width = Math.max(this.width - left - (look.right ?? 12), 20);
    let height = Math.max(this.height - bottom - 8, 20);
    let shiftX = 0;
    if (
      square &&
      Math.abs(look.x[1] - look.x[0] - (look.y[1] - look.y[0])) < 1e-6 * (look.x[1] - look.x[0])
    ) {
      const side = Math.min(width, height);
      shiftX = (width - side) / 2; // in the middle, close below the legend
      width = height = side;
    }
    const frame = frameOf(left + shiftX, 8, width, height, look.x, look.y);
    this.scale(frame, heights, labels, look, shiftX);
    return frame;
  }

  /** The whole canvas as a frame, without axes. */
  whole(x: Range, y: Range): Frame {
    return frameOf(0, 0, this.width, this.height, x, y);
  }

  private scale(frame: Frame, heights: number[], labels: string[], look: AxesLook, shiftX: number): void {
    const { context } = this;
    const floor = frame.top + frame.height;
    const across = look.names ? look.names.map((_, i) => i) : ticks(...look.x, Math.max(2, frame.width / 75));
    const crisp = (at: number) => Math.round(at) + 0.5;
    if (look.grid !== false) {
      context.globalAlpha = 0.15;
      context.beginPath();
      for (const value of heights)
        this.line(frame.left, crisp(frame.y(value)), frame.left + frame.width, crisp(frame.y(value)));
      if (!look.names)
        for (const value of across) this.line(crisp(frame.x(value)), frame.top, crisp(frame.x(value)), floor);
      context.stroke();
    }
    context.globalAlpha = 0.6;
    context.strokeRect(
      crisp(frame.left),
      crisp(frame.top),
      Math.round(frame.width),
      Math.round(frame.height),
    );
    context.globalAlpha = 1;
    context.textAlign = "right";
    context.textBaseline = "middle";
    heights.forEach((value, i) => context.fillText(labels[i], frame.left - 6, frame.y(value)));
    context.textAlign = "center";
    context.textBaseline = "top";
    const names = look.names ?? across.map((value) => short(value, 6));
    const widest = Math.max(...names.map((name) => context.measureText(name).width)) + 6;
    const every = Math.ceil((widest * names.length) / Math.max(frame.width, 1));
    across.forEach((value, i) => {
      if (!look.names || i % every === 0) context.fillText(names[i], frame.x(value), floor + 6);
    });
    if (look.xlabel) context.fillText(look.xlabel, frame.left + frame.width / 2, floor + 24);
    if (!look.ylabel) return;
    context.save();
    context.translate(2 + shiftX, frame.top + frame.height / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(look.ylabel, 0, 0);
    context.restore();
  }

  private line(x0: number, y0: number, x1: number, y1: number): void {
    this.context.moveTo(x0, y0);
    this.context.lineTo(x1, y1);
  }

  /** Draws with everything outside the axes cut off. */
  inside(frame: Frame, draw: (context: CanvasRenderingContext2D) => void): void {
    this.context.save();
    this.context.beginPath();
    this.context.rect(frame.left, frame.top, frame.width, frame.height);
    this.context.clip();
    draw(this.context);
    this.context.restore();
  }

  /** Markers of series `i` at pairs of values; pairs that are not finite are left out. */
  points(frame: Frame, pairs: ArrayLike<number>, i: number, colour: string, radius = 3): void {
    this.inside(frame, (context) => {
      context.beginPath();
      for (let k = 0; k + 1 < pairs.length; k += 2) {
        if (!Number.isFinite(pairs[k]) || !Number.isFinite(pairs[k + 1])) continue;
        const corners = marker(i, frame.x(pairs[k]), frame.y(pairs[k + 1]), radius);
        corners.forEach(([x, y], corner) => (corner ? context.lineTo(x, y) : context.moveTo(x, y)));
        context.closePath();
      }
      context.fillStyle = colour;
      context.fill();
    });
  }

  /** A line through points; it breaks where one is not finite. */
  path(frame: Frame, count: number, x: (i: number) => number, y: (i: number) => number): void {
    const { context } = this;
    context.beginPath();
    let broken = true;
    for (let i = 0; i < count; i++) {
      const [across, up] = [x(i), y(i)];
      if (!Number.isFinite(across) || !Number.isFinite(up)) {
        broken = true;
        continue;
      }
      if (broken) context.moveTo(frame.x(across), frame.y(up));
      else context.lineTo(frame.x(across), frame.y(up));
      broken = false;
    }
    context.stroke();
  }
}
