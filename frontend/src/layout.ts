// The height of a figure before it is there, so that nothing jumps: README.md, "The slot". genedu/explore/slot.py has the same numbers.
import { draws, moves, type ImagesSpec, type Spec, type TextSpec, type ViewSpec } from "./spec.ts";
import { sizeOf } from "./tensor.ts";

const GAP = 8;
const GRAPH = 300;
const TITLE = 20;
const SMALL = 56;
const LARGE = 248;
const PICKER = 104;
const WORDS = 32;

/** How many graphs stand side by side in a wide slot. */
export const columnsOf = (graphs: number): number => (graphs < 4 ? Math.max(graphs, 1) : 2);

/** A wide and a narrow slot: what they are taken to hold across, in pixels and in letters of a sentence. */
interface Form {
  width: number;
  letters: number;
  player: number;
  controls: number;
  graphs(count: number): number;
}
const WIDE: Form = { width: 660, letters: 84, player: 44, controls: 2, graphs: columnsOf };
const NARROW: Form = { width: 310, letters: 42, player: 96, controls: 1, graphs: () => 1 };
const both = <Kind>(of: (form: Form) => Kind): { wide: Kind; narrow: Kind } => ({
  wide: of(WIDE),
  narrow: of(NARROW),
});

export const LARGE_CONTROLS = ["pad", "canvas"];

// --- a sheet of images -----------------------------------------------------------------------

const SPACE = 4;
const LABEL = 16;
const LEAST = 0.25;

/** How the images of a view share a width and a height: the pixels of a value, and from one image to the next. */
export function sheet({ columns, labels }: ImagesSpec, shape: number[], width: number, height: number) {
  const [tall, broad] = shape.slice(-2);
  const count = Math.max(sizeOf(shape.slice(0, -2)), 1);
  const below = SPACE + (labels?.length ? LABEL : 0);
  const fit = (across: number) =>
    Math.max(
      Math.min((width / across - SPACE) / broad, (height / Math.ceil(count / across) - below) / tall),
      LEAST,
    );
  let across = columns ?? 1;
  for (let more = 2; !columns && more <= count; more++) if (fit(more) > fit(across)) across = more;
  // whole pixels, or halves of them, for each value where there is room
  const zoom = fit(across) > 2 ? Math.floor(2 * fit(across) + 1e-6) / 2 : fit(across);
  return {
    across,
    down: Math.ceil(count / across),
    zoom,
    right: zoom * broad + SPACE,
    below: zoom * tall + below,
  };
}

// --- heights -----------------------------------------------------------------------------------

function graphHeight(spec: Spec, view: ViewSpec, width: number): number {
  if (view.kind !== "images") return GRAPH;
  const { shape } = spec.outputs[view.images] ?? spec.state[view.images];
  const title = view.title ? TITLE : 0;
  const { down, below } = sheet(view, shape, width, GRAPH - title);
  return Math.min(title + Math.ceil(down * below), GRAPH);
}

/** The rows of graphs: in each, the highest decides. */
export const graphHeights = (spec: Spec) =>
  both((form) => {
    const graphs = spec.views.filter((view) => view.kind !== "text");
    const columns = form.graphs(graphs.length);
    return Array.from({ length: Math.ceil(graphs.length / columns) }, (_, row) => {
      const beside = graphs.slice(row * columns, (row + 1) * columns);
      const width = (form.width + GAP) / beside.length - GAP;
      return Math.max(...beside.map((view) => graphHeight(spec, view, width)));
    });
  });

/** A sentence's lines; a number in it is taken to have five letters. */
export const textHeights = ({ template }: TextSpec) =>
  both(({ letters }) => {
    const length = [...template.replace(/\{[^}]*\}/g, "00000")].length;
    return 4 + 24 * Math.max(Math.ceil(length / letters), 1);
  });

/** The height of the whole figure. */
export function room(spec: Spec): { wide: number; narrow: number } {
  const kinds = Object.values(spec.controls).map((control) => control.kind);
  const pickers = kinds.filter((kind) => kind === "picker").length;
  const large = kinds.filter((kind) => LARGE_CONTROLS.includes(kind)).length;
  const small = kinds.length - pickers - large;
  const graphs = graphHeights(spec);
  const texts = spec.views.flatMap((view) => (view.kind === "text" ? [textHeights(view)] : []));
  const stack = (blocks: number[]) => blocks.reduce((sum, block) => sum + block + GAP, -GAP);
  const rows = (count: number, height: number) => new Array<number>(count).fill(height);
  const height = (which: "wide" | "narrow", { controls, player }: Form) =>
    stack([
      ...graphs[which],
      ...texts.map((text) => text[which]),
      ...rows(Math.ceil(small / controls), SMALL),
      ...rows(Math.ceil(large / controls), LARGE),
      ...rows(pickers, PICKER),
      ...(moves(spec) || draws(spec) ? [player] : []),
      WORDS,
    ]);
  return { wide: height("wide", WIDE), narrow: height("narrow", NARROW) };
}
