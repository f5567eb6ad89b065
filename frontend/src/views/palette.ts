// The book's six colours (genedu/display.py), dashes and shapes as a second cue, and the scale of heat maps.
export const COLOURS = ["#3f8fd2", "#e0761a", "#23a17c", "#b06fc4", "#d84a4a", "#8a8f98"];
export const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4]];
export const MISSING: Colour = [216, 74, 74];

export type Colour = [red: number, green: number, blue: number];

export const pick = <Kind>(list: Kind[], i: number): Kind => list[i % list.length];

/** Viridis (van der Walt & Smith, 2015) at 17 places. */
const VIRIDIS =
  "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1fa088 28ae80 3fbc73 5ec962 84d44b addc30 d8e219 fde725"
    .split(" ")
    .map((code): Colour => [0, 2, 4].map((at) => parseInt(code.slice(at, at + 2), 16)) as Colour);

/** The colour of a share between 0 and 1. */
export function viridis(share: number): Colour {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const below = Math.min(Math.floor(at), VIRIDIS.length - 2);
  const [low, high] = [VIRIDIS[below], VIRIDIS[below + 1]];
  return low.map((part, i) => Math.round(part + (at - below) * (high[i] - part))) as Colour;
}

export const grey = (share: number): Colour => {
  const level = Math.round(255 * Math.min(Math.max(share, 0), 1));
  return [level, level, level];
};

const SHAPES: ((x: number, y: number, r: number) => [number, number][])[] = [
  (x, y, r) =>
    Array.from({ length: 12 }, (_, i) => [
      x + r * Math.cos((i * Math.PI) / 6),
      y + r * Math.sin((i * Math.PI) / 6),
    ]),
  (x, y, r) => [
    [x - r, y - r],
    [x + r, y - r],
    [x + r, y + r],
    [x - r, y + r],
  ],
  (x, y, r) => [
    [x, y - 1.2 * r],
    [x + 1.2 * r, y + r],
    [x - 1.2 * r, y + r],
  ],
  (x, y, r) => [
    [x, y - 1.4 * r],
    [x + 1.4 * r, y],
    [x, y + 1.4 * r],
    [x - 1.4 * r, y],
  ],
];

/** The corners of the marker of series `i`. */
export const marker = (i: number, x: number, y: number, radius: number): [number, number][] =>
  pick(SHAPES, i)(x, y, radius);
