// Shapes against shapes, and the one loop that copies with strides: broadcasting, transposing and slicing are all of them that.
import { sizeOf, tensor, type Data, type Tensor } from "../tensor.ts";
import type { Node } from "../graph.ts";

/** What an operator does: the inputs (an optional one that is left out is undefined) to the outputs. */
export type Operator = (inputs: Tensor[], node: Node) => Tensor | Tensor[];

export function stridesOf(shape: number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

/** An axis counted from the end if negative. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export const sameShape = (a: number[], b: number[]): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

export function broadcastShape(a: number[], b: number[]): number[] {
  if (a.length < b.length) return broadcastShape(b, a);
  return a.map((length, axis) => {
    const other = b[axis - a.length + b.length] ?? 1;
    if (length !== other && length !== 1 && other !== 1)
      throw new Error(`The shapes [${a}] and [${b}] do not fit.`);
    return length === 1 ? other : length;
  });
}

/** Fills `target`, an array of `shape`, from `source` beginning at `start`, moving by `strides`. */
export function copyStrided(
  source: Data,
  start: number,
  shape: number[],
  strides: number[],
  target: Data,
): void {
  // axes that follow one another in memory are one axis: long inner loops
  const lengths: number[] = [];
  const steps: number[] = [];
  shape.forEach((length, axis) => {
    if (length === 1) return;
    const last = lengths.length - 1;
    if (last >= 0 && steps[last] === strides[axis] * length) {
      lengths[last] *= length;
      steps[last] = strides[axis];
    } else {
      lengths.push(length);
      steps.push(strides[axis]);
    }
  });
  const outer = lengths.length - 1;
  const length = outer < 0 ? 1 : lengths[outer];
  const step = outer < 0 ? 0 : steps[outer];
  const counter = new Array<number>(Math.max(outer, 0)).fill(0);
  let from = start;
  for (let to = 0; to < target.length;) {
    for (let end = to + length, at = from; to < end; at += step) target[to++] = source[at];
    for (let axis = outer - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++counter[axis] < lengths[axis]) break;
      from -= steps[axis] * lengths[axis];
      counter[axis] = 0;
    }
  }
}

/** The strides with which a tensor of `shape` is read as one of `target`: 0 along repeated axes. */
export function broadcastStrides(shape: number[], target: number[]): number[] {
  const strides = stridesOf(shape);
  const missing = target.length - shape.length;
  return target.map((_, axis) =>
    axis < missing || shape[axis - missing] === 1 ? 0 : strides[axis - missing],
  );
}

/** The values of `input` repeated to `shape`; the input's own array where nothing is repeated. */
export function broadcastTo(input: Tensor, shape: number[]): Data {
  if (input.data.length === sizeOf(shape)) return input.data;
  const { data } = tensor(input.type, shape);
  if (input.data.length === 1) data.fill(input.data[0]);
  else copyStrided(input.data, 0, shape, broadcastStrides(input.shape, shape), data);
  return data;
}

export function permute(input: Tensor, order: number[]): Tensor {
  const strides = stridesOf(input.shape);
  const output = tensor(
    input.type,
    order.map((axis) => input.shape[axis]),
  );
  copyStrided(
    input.data,
    0,
    output.shape,
    order.map((axis) => strides[axis]),
    output.data,
  );
  return output;
}

/** The product of the lengths before, at, and after an axis. */
export function around(shape: number[], axis: number): [outer: number, length: number, inner: number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis], sizeOf(shape.slice(axis + 1))];
}
