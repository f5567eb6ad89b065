import { element, freshId } from "../element.ts";
import type { ChoiceSpec, ToggleSpec } from "../spec.ts";
import type { Tensor } from "../tensor.ts";
import { row, valueOf, type Control } from "./control.ts";

export class Choice implements Control {
  readonly element: HTMLElement;
  private readonly spec: ChoiceSpec;
  private readonly select: HTMLSelectElement;

  constructor(name: string, spec: ChoiceSpec, changed: () => void) {
    this.spec = spec;
    const id = freshId();
    const options = spec.options.map((option, i) => element("option", { value: i }, option));
    this.select = element("select", { id, name }, ...options);
    this.element = row("choice", element("label", { for: id }, spec.label || name), this.select);
    this.select.addEventListener("change", changed);
    this.reset();
  }

  value(): Tensor {
    const chosen = this.select.selectedIndex;
    if (!this.spec.one_hot) return valueOf({ ...this.spec, dtype: this.spec.dtype ?? "int64" }, [chosen]);
    return valueOf(
      this.spec,
      this.spec.options.map((_, i) => +(i === chosen)),
    );
  }

  set(values: number[]): void {
    this.select.selectedIndex = values.length > 1 ? values.indexOf(1) : values[0];
  }

  reset(): void {
    this.set([this.spec.value]);
  }
}

export class Toggle implements Control {
  readonly element: HTMLElement;
  private readonly spec: ToggleSpec;
  private readonly input: HTMLInputElement;

  constructor(name: string, spec: ToggleSpec, changed: () => void) {
    this.spec = spec;
    const id = freshId();
    this.input = element("input", { type: "checkbox", id, name });
    this.element = row("toggle", element("label", { for: id }, this.input, spec.label || name));
    this.input.addEventListener("change", changed);
    this.reset();
  }

  value(): Tensor {
    return valueOf({ ...this.spec, dtype: this.spec.dtype ?? "bool" }, [+this.input.checked]);
  }

  set([value]: number[]): void {
    this.input.checked = value !== 0;
  }

  reset(): void {
    this.input.checked = this.spec.value;
  }
}
