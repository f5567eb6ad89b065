import { element, freshId } from "../element.ts";
import { decimalsOf, short } from "../format.ts";
import type { SliderSpec } from "../spec.ts";
import type { Tensor } from "../tensor.ts";
import { clamp, readout, row, valueOf, type Control } from "./control.ts";

const STOPS = 200;

/** A range that counts stops: it starts where it is told to, and moves from stop to stop, both ends among them. */
export class Slider implements Control {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly text = readout();
  private readonly spec: SliderSpec;
  private readonly step: number;
  /** Those of a log slider. */
  private readonly stops: number[];
  private number = 0;

  constructor(name: string, spec: SliderSpec, changed: () => void) {
    this.spec = spec;
    const id = freshId();
    const { min, max, scale } = spec;
    this.step = spec.step ?? (max - min) / STOPS;
    this.stops = scale === "log" ? logStops(spec) : [];
    const last = scale === "log" ? this.stops.length - 1 : Math.ceil((max - min) / this.step - 1e-9);
    this.input = element("input", { type: "range", id, name, min: 0, max: last, step: 1 });
    this.element = row("slider", element("label", { for: id }, spec.label || name), this.text, this.input);
    this.input.addEventListener("input", () => {
      const at = Number(this.input.value);
      this.number = at === last ? max : (this.stops[at] ?? min + at * this.step);
      this.say();
      changed();
    });
    this.reset();
  }

  value(): Tensor {
    return valueOf(this.spec, [this.number]);
  }

  set([value]: number[]): void {
    const { min, max, scale } = this.spec;
    this.number = clamp(value, min, max);
    const away = this.stops.map((stop) => Math.abs(Math.log(stop / this.number)));
    const nearest = scale === "log" ? away.indexOf(Math.min(...away)) : (this.number - min) / this.step;
    this.input.value = String(Math.round(nearest));
    this.say();
  }

  reset(): void {
    this.set([this.spec.value]);
  }

  private say(): void {
    const { unit } = this.spec;
    const text = unit ? `${this.plain()} ${unit}` : this.plain();
    this.text.textContent = text;
    this.input.setAttribute("aria-valuetext", text);
  }

  /** With the decimals of the step; what the author gave with six digits, if it needs them. */
  private plain(): string {
    const { min, max, value, scale, dtype } = this.spec;
    if (dtype === "int64") return this.number.toFixed(0).replace("-", "−");
    const fixed = this.number.toFixed(decimalsOf(this.step));
    const whole = scale !== "log" && Math.abs(Number(fixed) - this.number) < 1e-6 * this.step;
    if (whole) return fixed.replace("-", "−");
    return short(this.number, [min, max, value].includes(this.number) ? 6 : 3);
  }
}

/** Evenly by factors from end to end; whole numbers once each. */
function logStops({ min, max, dtype }: SliderSpec): number[] {
  const stops = Array.from({ length: STOPS + 1 }, (_, i) => min * (max / min) ** (i / STOPS));
  stops[STOPS] = max;
  return dtype === "int64" ? [...new Set(stops.map(Math.round))] : stops;
}
