// Adapter for anywidget: JupyterLab, Notebook, VS Code, Colab.
import { assetOf, type Model } from "./asset.ts";
import type { Kernel } from "./executors.ts";
import { element } from "./element.ts";
import { mount } from "./mount.ts";
import type { Spec } from "./spec.ts";

/** Shows the figure of `model` in `el`; gives back what ends it. */
export async function render({ model, el }: { model: Model & Kernel; el: HTMLElement }): Promise<() => void> {
  const slot = element("div", { class: "genedu-explore" });
  // the ink of widgets: VS Code puts them on white in its dark themes too, whose text is light
  slot.style.color = "var(--jp-ui-font-color1, inherit)";
  el.append(slot);
  // JupyterLab and Notebook 7 take arrow keys away from whatever has the focus, unless it says this
  slot.addEventListener("focusin", (event) =>
    (event.target as Element).setAttribute("data-lm-suppress-shortcuts", "true"),
  );
  // so does VS Code, from what reaches the window: Enter edits the cell, Home leaves for the first one
  slot.addEventListener("keydown", (event) => {
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
    if (plain && !/^(Escape|Tab|F\d+)$/.test(event.key)) event.stopPropagation();
  });
  return mount(slot, JSON.parse(model.get("spec")) as Spec, {
    graph: () => assetOf(model, model.get("graph")),
    runtime: model.get("runtime") || undefined,
    kernel: model,
  });
}
