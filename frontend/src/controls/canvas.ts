// A picture to draw, with a pointer or with the keyboard.
import { element, freshId } from "../element.ts";
import type { CanvasSpec } from "../spec.ts";
import type { Tensor } from "../tensor.ts";
import { grey } from "../views/palette.ts";
import { Picture } from "../views/picture.ts";
import { clamp, row, valueOf, type Control } from "./control.ts";

export class Canvas implements Control {
  readonly element: HTMLElement;
  private readonly spec: CanvasSpec;
  private readonly values: Float32Array;
  private readonly picture = new Picture();
  private readonly sheet: HTMLCanvasElement;
  private readonly pen = element("span", { class: "genedu-explore-pen" });
  private readonly changed: () => void;
  private at: [column: number, row: number];
  private drawing = false;

  constructor(name: string, spec: CanvasSpec, changed: () => void) {
    this.spec = spec;
    this.changed = changed;
    const [height, width] = spec.size;
    this.values = new Float32Array(height * width);
    this.at = [Math.floor(width / 2), Math.floor(height / 2)];
    this.sheet = this.picture.canvas;
    const help = freshId();
    const label = spec.label || name;
    const clear = element("button", { type: "button", "aria-label": `Clear ${label}` }, "Clear");
    const board = element(
      "div",
      {
        class: "genedu-explore-area",
        tabindex: 0,
        role: "application",
        "aria-label": label,
        "aria-describedby": help,
      },
      this.sheet,
      this.pen,
    );
    this.sheet.setAttribute("aria-hidden", "true");
    const words = "Arrow keys move the pen, with Space it draws, Delete clears.";
    this.element = row(
      "canvas",
      element("span", {}, label),
      clear,
      board,
      element("p", { id: help, class: "genedu-explore-hidden" }, words),
    );
    clear.addEventListener("click", () => this.clear());
    board.addEventListener("keydown", (event) => this.key(event));
    board.addEventListener("pointerdown", (event) => {
      board.setPointerCapture(event.pointerId);
      this.jump(event);
      this.draw();
    });
    board.addEventListener("pointermove", (event) => {
      if (event.buttons) this.stroke(event);
    });
    this.reset();
  }

  value(): Tensor {
    return valueOf({ ...this.spec, shape: this.spec.shape ?? this.spec.size }, this.values);
  }

  set(values: number[]): void {
    this.values.set(values);
    this.refresh();
  }

  reset(): void {
    this.set(new Array<number>(this.values.length).fill(0));
  }

  private clear(): void {
    this.reset();
    this.changed();
  }

  private refresh(): void {
    const [height, width] = this.spec.size;
    this.picture.fill(this.values, height, width, [0, 1], grey);
    this.pen.style.left = `${(100 * (this.at[0] + 0.5)) / width}%`;
    this.pen.style.top = `${(100 * (this.at[1] + 0.5)) / height}%`;
  }

  /** A soft dot, two values wide, at the pen. */
  private dot(): void {
    const [height, width] = this.spec.size;
    const [x, y] = this.at;
    for (let row = Math.max(0, Math.floor(y) - 2); row <= Math.min(height - 1, y + 3); row++)
      for (let column = Math.max(0, Math.floor(x) - 2); column <= Math.min(width - 1, x + 3); column++) {
        const light = clamp(1.8 - Math.hypot(column - x, row - y), 0, 1);
        this.values[row * width + column] = Math.max(this.values[row * width + column], light);
      }
  }

  private draw(): void {
    this.dot();
    this.refresh();
    this.changed();
  }

  private place(event: PointerEvent): [number, number] {
    const box = this.sheet.getBoundingClientRect();
    const [height, width] = this.spec.size;
    return [
      clamp(((event.clientX - box.left) / box.width) * width - 0.5, 0, width - 1),
      clamp(((event.clientY - box.top) / box.height) * height - 0.5, 0, height - 1),
    ];
  }

  private jump(event: PointerEvent): void {
    this.at = this.place(event);
  }

  /** Dots half a value apart from where the pen was to where it is. */
  private stroke(event: PointerEvent): void {
    const [from, to] = [this.at, this.place(event)];
    const dots = Math.max(1, Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])));
    for (let i = 1; i <= dots; i++) {
      this.at = [from[0] + (i / dots) * (to[0] - from[0]), from[1] + (i / dots) * (to[1] - from[1])];
      this.dot();
    }
    this.refresh();
    this.changed();
  }

  private key(event: KeyboardEvent): void {
    const [height, width] = this.spec.size;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) {
      this.at = [
        clamp(Math.round(this.at[0]) + step[0], 0, width - 1),
        clamp(Math.round(this.at[1]) + step[1], 0, height - 1),
      ];
      if (this.drawing) this.draw();
      else this.refresh();
    } else if (event.key === " ") {
      this.drawing = !this.drawing; // the pen goes down, or up again
      this.pen.classList.toggle("down", this.drawing);
      if (this.drawing) this.draw();
    } else if (event.key === "Delete" || event.key === "Backspace") this.clear();
    else return;
    event.preventDefault();
  }
}
