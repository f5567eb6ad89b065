// Lines of one height on a grid (marching squares), as segments x0, y0, x1, y1 in columns and rows.
export function contour(z: ArrayLike<number>, rows: number, columns: number, level: number): number[] {
  const segments: number[] = [];
  for (let row = 0; row + 1 < rows; row++)
    for (let column = 0; column + 1 < columns; column++) {
      const corners = [
        z[row * columns + column],
        z[row * columns + column + 1],
        z[(row + 1) * columns + column + 1],
        z[(row + 1) * columns + column],
      ];
      if (corners.every((value) => value >= level) || !corners.some((value) => value >= level)) continue;
      if (!corners.every(Number.isFinite)) continue;
      segments.push(...cell(corners, level).map((value, i) => value + (i % 2 ? row : column)));
    }
  return segments;
}

/** The corners of a cell, around it. */
const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

function cell(corners: number[], level: number): number[] {
  // where the line crosses each side that it crosses
  const crossings: [number, number][] = [];
  const sides: number[] = [];
  corners.forEach((value, i) => {
    const next = (i + 1) % 4;
    if (value >= level === corners[next] >= level) return;
    const share = (level - value) / (corners[next] - value);
    crossings.push(
      [0, 1].map((axis) => CORNERS[i][axis] + share * (CORNERS[next][axis] - CORNERS[i][axis])) as [
        number,
        number,
      ],
    );
    sides.push(i);
  });
  if (crossings.length === 2) return crossings.flat();
  // a saddle: the middle decides which corners belong together
  const middle = corners.reduce((sum, value) => sum + value / 4, 0) >= level;
  const [a, b, c, d] = crossings;
  return (middle === corners[0] >= level ? [a, b, c, d] : [d, a, b, c]).flat();
}

/** Levels between two heights, at equal distances. */
export const levelsBetween = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => low + ((i + 1) * (high - low)) / (count + 1));
