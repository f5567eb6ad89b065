import { element } from "../element.ts";
import type { ControlSpec } from "../spec.ts";
import { newData, sizeOf, type Tensor, type Tensors } from "../tensor.ts";
import type { View } from "../views/index.ts";

/** One control: native inputs that know their name and say their value. */
export interface Control {
  readonly element: HTMLElement;
  /** What the graph gets; a button gives it nothing. */
  value?(): Tensor;
  /** Sets the control as if it had been moved, without telling anyone. */
  set(values: number[]): void;
  /** Back to the spec's value. */
  reset(): void;
  /** Draws what it lies on, if a view shows that: for a pad. */
  ground?(views: View[], outputs: Tensors): void;
}

/** A tensor of the control's type and shape. */
export function valueOf(spec: ControlSpec, values: ArrayLike<number>): Tensor {
  const type = spec.dtype ?? "float32";
  const shape = spec.shape ?? (values.length === 1 ? [] : [values.length]);
  const data = newData(type, sizeOf(shape));
  data.set(type === "int64" ? Array.from(values, Math.round) : values);
  return { type, shape, data };
}

/** The row of a control: its name, and at the right its value in words. */
export function row(kind: string, label: HTMLElement, ...rest: HTMLElement[]): HTMLElement {
  return element("div", { class: `genedu-explore-control genedu-explore-${kind}` }, label, ...rest);
}

/** The value beside a label, for the eye; a screen reader hears it from the input (an `output` would say it twice). */
export const readout = (): HTMLElement =>
  element("span", { class: "genedu-explore-value", "aria-hidden": "true" });

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);
