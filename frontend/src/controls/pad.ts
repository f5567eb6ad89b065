// Two native ranges in one tab stop, over an area that a pointer drags in.
import { element } from "../element.ts";
import type { PadSpec } from "../spec.ts";
import type { Tensor, Tensors } from "../tensor.ts";
import { PlaneView, type View } from "../views/index.ts";
import { Surface } from "../views/surface.ts";
import { clamp, readout, row, valueOf, type Control } from "./control.ts";

/** Fractions of an axis that a key moves by. */
const FINE = 0.01;
const COARSE = 0.1;

export class Pad implements Control {
  readonly element: HTMLElement;
  private readonly spec: PadSpec;
  private readonly ranges: [[number, number], [number, number]];
  private readonly inputs: HTMLInputElement[];
  private readonly text = readout();
  private readonly surface = new Surface();
  private readonly dot = element("span", { class: "genedu-explore-dot" });
  private readonly area: HTMLElement;
  private readonly changed: () => void;
  private at: number[] = [0, 0];

  constructor(name: string, spec: PadSpec, changed: () => void) {
    this.spec = spec;
    this.changed = changed;
    this.ranges = [spec.x, spec.y];
    const label = spec.label || name;
    this.inputs = this.ranges.map(([min, max], axis) =>
      element("input", {
        type: "range",
        name: `${name} ${axis}`,
        min,
        max,
        step: "any",
        "aria-label": `${label}, ${spec.axes[axis]}`,
        "aria-orientation": axis ? "vertical" : "horizontal",
        tabindex: axis ? -1 : 0,
      }),
    );
    this.area = element("div", { class: "genedu-explore-area" }, this.surface.canvas, ...this.inputs, this.dot);
    this.surface.canvas.setAttribute("aria-hidden", "true");
    this.element = row("pad", element("span", {}, label), this.text, this.area);
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", label);
    this.inputs.forEach((input, axis) =>
      input.addEventListener("input", () => this.move(axis, Number(input.value))),
    );
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.area.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.area.setPointerCapture(event.pointerId);
      this.inputs[0].focus({ preventScroll: true });
      this.point(event);
    });
    this.area.addEventListener("pointermove", (event) => {
      if (event.buttons) this.point(event);
    });
    this.reset();
  }

  /** The first view of the plane in which the pad moves. */
  ground(views: View[], outputs: Tensors): void {
    const planes = views.filter((view) => view instanceof PlaneView);
    planes.find((view) => view.isBehind(this.spec))?.behind(this.surface, outputs);
  }

  value(): Tensor {
    return valueOf(this.spec, this.at);
  }

  set(values: number[]): void {
    this.at = values.slice(0, 2).map((value, axis) => clamp(value, ...this.ranges[axis]));
    const text = this.spec.axes
      .map((axis, i) => `${axis} ${this.at[i].toFixed(2).replace("-", "−")}`)
      .join(", ");
    this.text.textContent = text;
    this.inputs.forEach((input, axis) => {
      input.value = String(this.at[axis]);
      input.setAttribute("aria-valuetext", text);
    });
    const [across, up] = this.at.map((value, axis) => (value - this.ranges[axis][0]) / this.span(axis));
    this.dot.style.left = `${100 * across}%`;
    this.dot.style.top = `${100 * (1 - up)}%`;
  }

  reset(): void {
    this.set(this.spec.value);
  }

  private span(axis: number): number {
    return this.ranges[axis][1] - this.ranges[axis][0];
  }

  private move(axis: number, value: number): void {
    const next = [...this.at];
    next[axis] = value;
    this.set(next);
    this.changed();
  }

  /** Arrows move along both axes, with Shift further; Page keys move far up and down; Home and End go to the left and right edge. */
  private key(event: KeyboardEvent): void {
    const size = event.shiftKey ? COARSE : FINE;
    const step = {
      ArrowLeft: [0, -size],
      ArrowRight: [0, size],
      ArrowDown: [1, -size],
      ArrowUp: [1, size],
      PageDown: [1, -COARSE],
      PageUp: [1, COARSE],
    }[event.key];
    if (!step && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    const [axis, part] = step ?? [0, 0];
    const value = step ? this.at[axis] + part * this.span(axis) : this.ranges[0][event.key === "End" ? 1 : 0];
    // the focus follows the axis, so that a screen reader says the value that changed
    this.inputs[axis].focus({ preventScroll: true });
    this.inputs.forEach((input, i) => (input.tabIndex = i === axis ? 0 : -1));
    this.move(axis, value);
  }

  private point(event: PointerEvent): void {
    const box = this.area.getBoundingClientRect();
    const across = (event.clientX - box.left) / box.width;
    const up = 1 - (event.clientY - box.top) / box.height;
    this.set([across, up].map((share, axis) => this.ranges[axis][0] + clamp(share, 0, 1) * this.span(axis)));
    this.changed();
  }
}
