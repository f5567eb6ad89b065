import assert from "node:assert/strict";
import { test } from "node:test";
import { contour, levelsBetween } from "../src/views/contours.ts";

/** z = f(column, row) on a grid. */
const grid = (rows: number, columns: number, f: (x: number, y: number) => number): number[] =>
  Array.from({ length: rows * columns }, (_, i) => f(i % columns, Math.floor(i / columns)));

test("the contour of a slope is a straight line", () => {
  const segments = contour(
    grid(5, 7, (x) => x),
    5,
    7,
    2.25,
  );
  assert.equal(segments.length, 4 * 4);
  for (let i = 0; i < segments.length; i += 2) assert.ok(Math.abs(segments[i] - 2.25) < 1e-12);
});

test("the contour of a cone is a circle, of the right length", () => {
  const n = 81;
  const segments = contour(
    grid(n, n, (x, y) => Math.hypot(x - 40, y - 40)),
    n,
    n,
    25,
  );
  let length = 0;
  for (let i = 0; i < segments.length; i += 4) {
    const [x0, y0, x1, y1] = segments.slice(i, i + 4);
    assert.ok(Math.abs(Math.hypot(x0 - 40, y0 - 40) - 25) < 0.02);
    length += Math.hypot(x1 - x0, y1 - y0);
  }
  assert.ok(Math.abs(length / (2 * Math.PI * 25) - 1) < 0.002);
});

test("a saddle is cut on the side that its middle tells", () => {
  // high corners at (0, 0) and (1, 1)
  for (const [low, joined] of [
    [0.2, true],
    [-2, false],
  ] as const) {
    const segments = contour([1, low, low, 1], 2, 2, 0.5);
    assert.equal(segments.length, 8);
    // joined: each segment cuts off a low corner, (1, 0) or (0, 1), so x - y has one sign on it, and the other on the other
    const middles = [0, 4].map((i) => [
      (segments[i] + segments[i + 2]) / 2,
      (segments[i + 1] + segments[i + 3]) / 2,
    ]);
    for (const [x, y] of middles) assert.equal(Math.abs(x - y) > Math.abs(x + y - 1), joined);
  }
});

test("nothing is drawn where a value is missing", () => {
  assert.deepEqual(contour([0, NaN, 1, 1], 2, 2, 0.5), []);
  assert.deepEqual(contour([0, 0, 0, 0], 2, 2, 0.5), []);
});

test("levels lie evenly between", () => {
  assert.deepEqual(levelsBetween(0, 1, 3), [0.25, 0.5, 0.75]);
});
