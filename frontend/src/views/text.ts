import { element } from "../element.ts";
import { filled } from "../format.ts";
import type { TextSpec } from "../spec.ts";
import type { Tensors } from "../tensor.ts";
import type { View } from "./view.ts";

export class Text implements View {
  readonly element = element("p", { class: "genedu-explore-text" });
  private readonly spec: TextSpec;

  constructor(spec: TextSpec) {
    this.spec = spec;
  }

  draw(outputs: Tensors): void {
    const text = this.describe(outputs);
    if (this.element.textContent !== text) this.element.textContent = text;
  }

  describe(outputs: Tensors): string {
    return filled(this.spec.template, (name) => outputs[name]?.data[0] ?? NaN);
  }
}
