// Adapter for anywidget: JupyterLab, Notebook, VS Code, Colab.
import { assetOf, type Model } from "./asset.ts";
import type { Kernel } from "./executors.ts";
import { element } from "./element.ts";
import { mount } from "./mount.ts";
import type { Spec } from "./spec.ts";

/** Shows the figure of `model` in `el`; gives back what ends it. */
export async function render({ model, el }: { model: Model & Kernel; el: HTMLElement }): Promise<() => void> {
  const slot = element("div", { class: "genedu-explore" });
  el.append(slot);
  return mount(slot, model.get("spec") as Spec, {
    graph: () => assetOf(model, model.get("graph")),
    runtime: model.get("runtime") || undefined,
    kernel: model,
  });
}
