// A spec, a place for it and its surroundings become a live figure; or a sentence that says why not.
import { element } from "./element.ts";
import { choose, type Surroundings } from "./executors.ts";
import { Figure } from "./figure.ts";
import { room } from "./layout.ts";
import type { Spec } from "./spec.ts";
import style from "./style.css";
import { newData, type Tensors, type Type } from "./tensor.ts";

const KERNEL = "Python computes this figure: it moves while this notebook's kernel runs.";
const WAITING = "Python computes this figure: it appears when this notebook's kernel is free.";

/** Tensors as a test writes and reads them. */
type Plain = Record<string, { type: Type; shape: number[]; data: number[] }>;

const plain = (tensors: Tensors): Plain =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { type, shape, data }]) => [
      name,
      { type, shape, data: Array.from(data) },
    ]),
  );

const full = (values: Plain): Tensors =>
  Object.fromEntries(
    Object.entries(values).map(([name, { type, shape, data }]) => {
      const own = newData(type, data.length);
      own.set(data);
      return [name, { type, shape, data: own }];
    }),
  );

/** For tests and benchmarks: `slot.explorable`. */
const handle = (figure: Figure) => ({
  executor: figure.executor.name,
  spec: figure.spec,
  get frames() {
    return figure.frames;
  },
  inputs: () => plain(figure.simulation.inputs()),
  evaluate: async (inputs: Plain = {}) =>
    plain(await figure.simulation.run({ ...figure.simulation.inputs(), ...full(inputs) })),
  set: (name: string, values: number[]) => figure.set(name, values),
  step: (count = 1) => figure.step(count),
  reset: () => figure.reset(true),
  current: () => plain(figure.shown()),
});

/** The place inside a slot that the live figure takes; made if Python did not. */
function roomOf(slot: HTMLElement, spec: Spec): HTMLElement {
  const found = slot.querySelector<HTMLElement>(".genedu-explore-room");
  if (found) return found;
  const made = element("div", { class: "genedu-explore-room" });
  const { wide, narrow } = room(spec);
  made.style.setProperty("--wide", `${wide}px`);
  made.style.setProperty("--narrow", `${narrow}px`);
  if (spec.title) slot.append(element("p", { class: "genedu-explore-title" }, spec.title));
  slot.append(made);
  if (spec.caption) slot.append(element("p", { class: "genedu-explore-caption" }, spec.caption));
  return made;
}

function addStyle(slot: HTMLElement): void {
  const root = slot.getRootNode();
  const home = root instanceof ShadowRoot ? root : document.head;
  if (!home.querySelector("[data-genedu-explore]"))
    home.append(element("style", { "data-genedu-explore": true }, style));
}

/** Makes a slot live. It never throws: a figure that cannot run says so and keeps its poster. */
export async function mount(slot: HTMLElement, spec: Spec, here: Surroundings): Promise<() => void> {
  addStyle(slot);
  const place = roomOf(slot, spec);
  const waiting = element("p", { role: "status" });
  place.append(waiting);
  try {
    if (spec.version !== 1) throw new Error("The page's script is older than the figure.");
    const figure = new Figure(spec, await choose(spec, here, () => waiting.append(WAITING)));
    place.append(figure.element);
    slot.dataset.state = "alive";
    try {
      await figure.start();
    } catch (error) {
      figure.element.remove();
      throw error;
    }
    slot.dataset.executor = figure.executor.name;
    if (figure.executor.name === "kernel")
      slot.append(element("p", { class: "genedu-explore-caption" }, KERNEL));
    Object.assign(slot, { explorable: handle(figure) });
    return () => figure.stop();
  } catch (error) {
    slot.dataset.state = "failed";
    const poster = slot.querySelector(".genedu-explore-poster");
    const what = poster ? "cannot move here, so its picture stands still" : "cannot be shown here";
    const reason = `This figure ${what}. ${(error as Error).message}`;
    place.append(element("p", { class: "genedu-explore-failure", role: "note" }, reason));
    return () => {};
  } finally {
    waiting.remove();
  }
}
