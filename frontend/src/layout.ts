// The height of a figure before it is there, so that nothing jumps: README.md, "The slot". style.css keeps to the same numbers.
import { draws, moves, type Spec } from "./spec.ts";

const GAP = 8;
const GRAPH = 300;
const SMALL = 56;
const LARGE = 248;
const PICKER = 104;
const WORDS = 32;

export const LARGE_CONTROLS = ["pad", "canvas"];

/** How many graphs stand side by side in a wide slot. */
export const columnsOf = (graphs: number): number => (graphs < 4 ? Math.max(graphs, 1) : 2);

const stack = (rows: number, height: number): number => (rows ? rows * height + (rows - 1) * GAP : 0);

function height(spec: Spec, wide: boolean): number {
  const kinds = Object.values(spec.controls).map((control) => control.kind);
  const texts = spec.views.filter((view) => view.kind === "text").length;
  const graphs = spec.views.length - texts;
  const pickers = kinds.filter((kind) => kind === "picker").length;
  const large = kinds.filter((kind) => LARGE_CONTROLS.includes(kind)).length;
  const small = kinds.length - pickers - large;
  const halves = wide ? 2 : 1;
  const blocks = [
    stack(Math.ceil(graphs / (wide ? columnsOf(graphs) : 1)), GRAPH),
    ...new Array<number>(texts).fill(wide ? 28 : 52),
    stack(Math.ceil(small / halves), SMALL),
    stack(Math.ceil(large / halves), LARGE),
    ...new Array<number>(pickers).fill(PICKER),
    moves(spec) || draws(spec) ? (wide ? 44 : 96) : 0,
    WORDS,
  ].filter(Boolean);
  return blocks.reduce((sum, block) => sum + block + GAP, -GAP);
}

export const room = (spec: Spec): { wide: number; narrow: number } => ({
  wide: height(spec, true),
  narrow: height(spec, false),
});
