import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHalf, readGraph } from "../src/graph.ts";
import { erf, round } from "../src/operators/elementwise.ts";
import { fromBytes, Memory, tensor, toBytes, within } from "../src/tensor.ts";

test("half precision", () => {
  const cases: [number, number][] = [
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x7c00, Infinity],
    [0x8000, -0],
  ];
  for (const [bits, value] of cases) assert.equal(fromHalf(bits), value);
  assert.ok(Number.isNaN(fromHalf(0x7e00)));
});

test("bytes that are no graph are refused", () => {
  assert.throws(() => readGraph(new Uint8Array()), /no outputs/);
  assert.throws(() => readGraph(Uint8Array.of(255, 255)), /ends in the middle/);
});

test("integers go out as 64 bits and come back", () => {
  const value = { type: "int64" as const, shape: [2], data: Float64Array.of(-(2 ** 52), 7) };
  assert.equal(toBytes(value).length, 16);
  assert.deepEqual(fromBytes("int64", [2], toBytes(value)), value);
});

test("the second run takes the memory of the first", () => {
  const memory = new Memory();
  const run = () => within(memory, () => [tensor("float32", [3]).data, tensor("bool", [2]).data]);
  const [first, second] = [run(), run()];
  assert.equal(first[0], second[0]);
  assert.equal(first[1], second[1]);
  assert.notEqual(tensor("float32", [3]).data, first[0]);
});

test("erf and rounding", () => {
  // Abramowitz & Stegun, table 7.1
  for (const [x, value] of [
    [0.5, 0.5204998778],
    [1, 0.8427007929],
    [2, 0.995322265],
  ])
    assert.ok(Math.abs(erf(x) - value) < 1e-10);
  assert.equal(erf(-7), -1);
  assert.deepEqual(
    [0.5, 1.5, -0.5, -1.5, 2.4].map(round).map((x) => x + 0),
    [0, 2, 0, -2, 2],
  );
});
