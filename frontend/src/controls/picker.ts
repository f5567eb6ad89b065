// Pictures to choose from: radio buttons that look like the pictures.
import { element, freshId } from "../element.ts";
import type { PickerSpec } from "../spec.ts";
import { fromBase64, type Tensor } from "../tensor.ts";
import { grey } from "../views/palette.ts";
import { Picture } from "../views/picture.ts";
import { row, valueOf, type Control } from "./control.ts";

export class Picker implements Control {
  readonly element: HTMLElement;
  private readonly spec: PickerSpec;
  private readonly images: Float32Array[];
  private readonly inputs: HTMLInputElement[];

  constructor(name: string, spec: PickerSpec, changed: () => void) {
    this.spec = spec;
    this.images = spec.images.map((text) => Float32Array.from(fromBase64(text), (byte) => byte / 255));
    const group = freshId();
    this.inputs = this.images.map((_, i) =>
      element("input", {
        type: "radio",
        name: group,
        value: i,
        "aria-label": spec.labels?.[i] ?? `image ${i + 1} of ${spec.images.length}`,
      }),
    );
    const strip = element(
      "div",
      { class: "genedu-explore-strip" },
      ...this.inputs.map((input, i) => element("label", {}, input, this.thumbnail(i))),
    );
    this.element = row("picker", element("span", {}, spec.label || name), strip);
    this.element.setAttribute("role", "radiogroup");
    this.element.setAttribute("aria-label", spec.label || name);
    strip.addEventListener("change", changed);
    this.reset();
  }

  private thumbnail(i: number): HTMLCanvasElement {
    const picture = new Picture();
    const [height, width] = this.spec.size;
    picture.fill(this.images[i], height, width, [0, 1], grey);
    picture.canvas.setAttribute("aria-hidden", "true");
    return picture.canvas;
  }

  value(): Tensor {
    const chosen = Math.max(
      this.inputs.findIndex((input) => input.checked),
      0,
    );
    return valueOf({ ...this.spec, shape: this.spec.shape ?? this.spec.size }, this.images[chosen]);
  }

  /** By the picture's number. */
  set([index]: number[]): void {
    this.inputs[index].checked = true;
  }

  reset(): void {
    this.set([this.spec.value]);
  }
}
