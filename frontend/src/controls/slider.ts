import { element, freshId } from "../element.ts";
import { decimalsOf, short } from "../format.ts";
import type { SliderSpec } from "../spec.ts";
import type { Tensor } from "../tensor.ts";
import { clamp, readout, row, valueOf, type Control } from "./control.ts";

const LOG_POSITIONS = 200;

export class Slider implements Control {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly text = readout();
  private readonly spec: SliderSpec;

  constructor(name: string, spec: SliderSpec, changed: () => void) {
    this.spec = spec;
    const id = freshId();
    const range =
      spec.scale === "log"
        ? { min: 0, max: LOG_POSITIONS, step: 1 }
        : { min: spec.min, max: spec.max, step: spec.step ?? "any" };
    this.input = element("input", { type: "range", id, name, ...range });
    this.element = row("slider", element("label", { for: id }, spec.label || name), this.text, this.input);
    this.input.addEventListener("input", () => {
      this.say();
      changed();
    });
    this.reset();
  }

  /** The number that the position of the thumb stands for. */
  private number(): number {
    const { min, max, scale } = this.spec;
    const position = Number(this.input.value);
    return scale === "log" ? min * (max / min) ** (position / LOG_POSITIONS) : position;
  }

  value(): Tensor {
    return valueOf(this.spec, [this.number()]);
  }

  set([value]: number[]): void {
    const { min, max, scale } = this.spec;
    const inside = clamp(value, min, max);
    this.input.value = String(
      scale === "log" ? (LOG_POSITIONS * Math.log(inside / min)) / Math.log(max / min) : inside,
    );
    this.say();
  }

  reset(): void {
    this.set([this.spec.value]);
  }

  private say(): void {
    const { step, scale, unit } = this.spec;
    const number = this.number();
    const plain =
      scale === "log" || !step ? short(number) : number.toFixed(decimalsOf(step)).replace("-", "−");
    const text = unit ? `${plain} ${unit}` : plain;
    this.text.textContent = text;
    this.input.setAttribute("aria-valuetext", text);
  }
}
