import assert from "node:assert/strict";
import { test } from "node:test";
import { closed, decimalsOf, extent, filled, formatted, onAxis, short, ticks, trouble } from "../src/format.ts";

test("formats are Python's, with a real minus sign", () => {
  const cases: [number, string, string][] = [
    [1.23456, ".3f", "1.235"],
    [-1.5, ".1f", "−1.5"],
    [-0.0001, ".2f", "0.00"],
    [1234.5, ".2e", "1.23e+03"],
    [0.256, ".1%", "25.6%"],
    [3.9, "d", "4"],
    [1234.5678, ".3g", "1.23e+03"],
    [123.45678, ".3g", "123"],
    [0.000012, ".3g", "1.2e−05"],
    [2.5, ".0f", "2"],
    [-0.25, ".1f", "−0.2"],
    [2.675, ".2f", "2.67"],
    [0.125, ".0%", "12%"],
    [1234567, "", "1234567"],
    [0.1, "", "0.1"],
    [NaN, ".3f", "not a number"],
    [-Infinity, "d", "minus infinity"],
  ];
  for (const [value, format, text] of cases) assert.equal(formatted(value, format), text);
});

test("templates keep doubled braces", () => {
  const values: Record<string, number> = { kl: 0.5, n_1: 3, "λ²": 4 };
  assert.equal(
    filled("{{KL}} = {kl:.2f} nats, {n_1}, {λ²}", (name) => values[name]),
    "{KL} = 0.50 nats, 3, 4",
  );
});

test("a sentence has one end", () => {
  assert.equal(closed("Two curves"), "Two curves.");
  for (const words of ["Two curves.", "Which one?", "Now!", "And so on…"]) assert.equal(closed(words), words);
});

test("short numbers", () => {
  assert.equal(short(0.123456), "0.123");
  assert.equal(short(-20), "−20");
  assert.equal(short(1e-7), "1e−7");
  assert.equal(short(0), "0");
});

test("a number in a sentence is 0 where the axis shows nothing else", () => {
  assert.equal(onAxis(1.18e-9, [-1, 1]), "0");
  assert.equal(onAxis(-1.18e-9, [-1, 1]), "0");
  assert.equal(onAxis(1.18e-9, [0, 1e-8]), "1.18e−9");
  assert.equal(onAxis(-0.25, [-1, 1]), "−0.25");
  assert.equal(onAxis(NaN, [-1, 1]), "not a number");
});

test("ticks are round and lie inside", () => {
  assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(-6, 6, 6), [-6, -4, -2, 0, 2, 4, 6]);
  assert.deepEqual(ticks(0.3, 0.7, 4), [0.3, 0.4, 0.5, 0.6, 0.7]);
  assert.deepEqual(ticks(2, 2), [2]);
  assert.deepEqual(ticks(-4, 4, 3), [-4, -2, 0, 2, 4]); // one number would be no scale
  for (const [low, high] of [
    [-1e-9, 1e-9],
    [1e6, 3.3e6],
    [-0.013, 17],
  ])
    for (const tick of ticks(low, high)) assert.ok(tick >= low - 1e-12 * high && tick <= high * (1 + 1e-12));
});

test("decimals of a step", () => {
  assert.deepEqual([1, 0.5, 0.05, 1e-7, 20].map(decimalsOf), [0, 1, 2, 7, 0]);
});

test("trouble is said in words", () => {
  assert.equal(trouble("p", Float32Array.of(1, 2)), "");
  assert.equal(trouble("p", Float32Array.of(1, NaN)), "1 of 2 values of p are not a number (NaN).");
  assert.equal(trouble("p", Float32Array.of(Infinity)), "p is infinite.");
});

test("the extent leaves out what is not finite", () => {
  assert.deepEqual(
    extent([
      [1, NaN, -2],
      [Infinity, 3],
    ]),
    [-2, 3],
  );
});
