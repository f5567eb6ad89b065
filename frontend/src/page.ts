// Adapter for the static site: slots that Python wrote come alive near the viewport.
import { mount } from "./mount.ts";
import type { Spec } from "./spec.ts";

const NEAR = "400px";

async function fetchGraph(address: URL): Promise<Uint8Array> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The graph could not be loaded (${response.status}).`);
  return new Uint8Array(await response.arrayBuffer());
}

function wake(slot: HTMLElement, home: string): void {
  const spec = JSON.parse(slot.querySelector('script[type="application/json"]')!.textContent!) as Spec;
  void mount(slot, spec, {
    graph: () => fetchGraph(new URL(`./graphs/${spec.graph}.onnx`, home)),
    runtime: new URL("./ort/", home).href,
  });
}

/** Watches the page's slots; `home` is the address of this file. */
export function wakeSlots(home: string): void {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        wake(target as HTMLElement, home);
      }
    },
    { rootMargin: NEAR },
  );
  document
    .querySelectorAll<HTMLElement>(".genedu-explore[data-graph]")
    .forEach((slot) => observer.observe(slot));
}
