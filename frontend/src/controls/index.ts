import { element } from "../element.ts";
import type { ControlSpec } from "../spec.ts";
import { Canvas } from "./canvas.ts";
import { Choice, Toggle } from "./choice.ts";
import { row, type Control } from "./control.ts";
import { Pad } from "./pad.ts";
import { Picker } from "./picker.ts";
import { Slider } from "./slider.ts";

export type { Control } from "./control.ts";

/** A control and what it tells: `changed` when its value is another, `pressed` for a button. */
export function controlOf(
  name: string,
  spec: ControlSpec,
  changed: () => void,
  pressed: (does: "noise" | "reset") => void,
): Control {
  switch (spec.kind) {
    case "slider":
      return new Slider(name, spec, changed);
    case "pad":
      return new Pad(name, spec, changed);
    case "choice":
      return new Choice(name, spec, changed);
    case "toggle":
      return new Toggle(name, spec, changed);
    case "picker":
      return new Picker(name, spec, changed);
    case "canvas":
      return new Canvas(name, spec, changed);
    case "button": {
      const button = element("button", { type: "button" }, spec.label || name);
      button.addEventListener("click", () => pressed(spec.does));
      return { element: row("button", button), set: () => {}, reset: () => {} };
    }
    default:
      throw new Error(`There is no control of kind ${(spec as ControlSpec).kind}.`);
  }
}
