// Many values make one: sums and their kin, and what runs along one axis. Sums are kept in double precision.
import { sizeOf, tensor, type Data, type Tensor } from "../tensor.ts";
import type { Node } from "../graph.ts";
import { around, axisOf, permute, type Operator } from "./broadcast.ts";

/** What a reduction makes of the values from `start` to `end`. */
type Fold = (x: Data, start: number, end: number) => number;

function reduce(inputs: Tensor[], { attributes }: Node, fold: Fold): Tensor {
  const [input] = inputs;
  const rank = input.shape.length;
  let axes = inputs[1] ? Array.from(inputs[1].data) : (attributes.axes?.ints ?? []);
  if (!axes.length && attributes.noop_with_empty_axes?.int) axes = [];
  else if (!axes.length) axes = input.shape.map((_, axis) => axis);
  const gone = new Set(axes.map((axis) => axisOf(axis, rank)));
  const kept = input.shape.map((_, axis) => axis).filter((axis) => !gone.has(axis));
  const order = [...kept, ...[...gone].sort((a, b) => a - b)];
  const rows = order.every((axis, i) => axis === i) ? input : permute(input, order);
  const shape =
    (attributes.keepdims?.int ?? 1)
      ? input.shape.map((length, axis) => (gone.has(axis) ? 1 : length))
      : kept.map((axis) => input.shape[axis]);
  const output = tensor(input.type, shape);
  const width = sizeOf([...gone].map((axis) => input.shape[axis]));
  for (let row = 0; row < output.data.length; row++)
    output.data[row] = fold(rows.data, row * width, (row + 1) * width);
  return output;
}

const sum: Fold = (x, start, end) => {
  let total = 0;
  for (let i = start; i < end; i++) total += x[i];
  return total;
};
const sumOfSquares: Fold = (x, start, end) => {
  let total = 0;
  for (let i = start; i < end; i++) total += x[i] * x[i];
  return total;
};
const sumOfAbsolutes: Fold = (x, start, end) => {
  let total = 0;
  for (let i = start; i < end; i++) total += Math.abs(x[i]);
  return total;
};
const product: Fold = (x, start, end) => {
  let total = 1;
  for (let i = start; i < end; i++) total *= x[i];
  return total;
};
const largest: Fold = (x, start, end) => {
  let best = -Infinity;
  for (let i = start; i < end; i++) best = Math.max(best, x[i]);
  return best;
};
const smallest: Fold = (x, start, end) => {
  let best = Infinity;
  for (let i = start; i < end; i++) best = Math.min(best, x[i]);
  return best;
};
const logSumExp: Fold = (x, start, end) => {
  const top = largest(x, start, end);
  if (!Number.isFinite(top)) return top;
  let total = 0;
  for (let i = start; i < end; i++) total += Math.exp(x[i] - top);
  return top + Math.log(total);
};

const reduction =
  (fold: Fold): Operator =>
  (inputs, node) =>
    reduce(inputs, node, fold);

/** An operator on every line along one axis: `work` gets the input's and output's values, the first place and the step. */
const lines =
  (
    work: (x: Data, z: Data, start: number, step: number, length: number) => void,
    defaultAxis: number,
  ): Operator =>
  ([input], { attributes }) =>
    alongAxis(input, axisOf(attributes.axis?.int ?? defaultAxis, input.shape.length), work);

function alongAxis(
  input: Tensor,
  axis: number,
  work: (x: Data, z: Data, start: number, step: number, length: number) => void,
): Tensor {
  const output = tensor(input.type, input.shape);
  const [outer, length, inner] = around(input.shape, axis);
  for (let row = 0; row < outer; row++)
    for (let k = 0; k < inner; k++) work(input.data, output.data, row * length * inner + k, inner, length);
  return output;
}

function logNormalizer(x: Data, start: number, step: number, length: number): number {
  let top = -Infinity;
  for (let i = 0; i < length; i++) top = Math.max(top, x[start + i * step]);
  let total = 0;
  for (let i = 0; i < length; i++) total += Math.exp(x[start + i * step] - top);
  return top + Math.log(total);
}

/** Which of two numbers is greater, as torch sorts: NaN is greater than all. */
const order = (a: number, b: number): number =>
  a > b ? 1 : a < b ? -1 : +Number.isNaN(a) - +Number.isNaN(b);

/** Where the greatest stands, or the least; a NaN is both. */
const argument =
  (sign: number): Operator =>
  ([input], { attributes }) => {
    const axis = axisOf(attributes.axis?.int ?? 0, input.shape.length);
    const [outer, length, inner] = around(input.shape, axis);
    const shape = [...input.shape];
    if (attributes.keepdims?.int ?? 1) shape[axis] = 1;
    else shape.splice(axis, 1);
    const output = tensor("int64", shape);
    const last = attributes.select_last_index?.int;
    for (let row = 0; row < outer; row++)
      for (let k = 0; k < inner; k++) {
        let best = 0;
        for (let i = 1; i < length; i++) {
          const found = input.data[(row * length + i) * inner + k];
          const old = input.data[(row * length + best) * inner + k];
          const gain = (Number.isNaN(found - old) ? 1 : sign) * order(found, old);
          if (gain > 0 || (last && gain === 0)) best = i;
        }
        output.data[row * inner + k] = best;
      }
    return output;
  };

export const reductions: Record<string, Operator> = {
  ReduceSum: reduction(sum),
  ReduceMean: reduction((x, start, end) => sum(x, start, end) / (end - start)),
  ReduceMax: reduction(largest),
  ReduceMin: reduction(smallest),
  ReduceProd: reduction(product),
  ReduceL1: reduction(sumOfAbsolutes),
  ReduceL2: reduction((x, start, end) => Math.sqrt(sumOfSquares(x, start, end))),
  ReduceSumSquare: reduction(sumOfSquares),
  ReduceLogSum: reduction((x, start, end) => Math.log(sum(x, start, end))),
  ReduceLogSumExp: reduction(logSumExp),
  ArgMax: argument(1),
  ArgMin: argument(-1),

  Softmax: lines((x, z, start, step, length) => {
    const normalizer = logNormalizer(x, start, step, length);
    for (let i = 0; i < length; i++) z[start + i * step] = Math.exp(x[start + i * step] - normalizer);
  }, -1),
  LogSoftmax: lines((x, z, start, step, length) => {
    const normalizer = logNormalizer(x, start, step, length);
    for (let i = 0; i < length; i++) z[start + i * step] = x[start + i * step] - normalizer;
  }, -1),
  CumSum: ([input, axis], { attributes }) => {
    const exclusive = attributes.exclusive?.int;
    const reverse = attributes.reverse?.int;
    return alongAxis(input, axisOf(axis.data[0], input.shape.length), (x, z, start, step, length) => {
      let total = 0;
      for (let i = 0; i < length; i++) {
        const at = start + (reverse ? length - 1 - i : i) * step;
        const before = total;
        total += x[at];
        z[at] = exclusive ? before : total;
      }
    });
  },
  TopK: ([input, count], { attributes }) => {
    const axis = axisOf(attributes.axis?.int ?? -1, input.shape.length);
    const [outer, length, inner] = around(input.shape, axis);
    const shape = [...input.shape];
    const k = (shape[axis] = count.data[0]);
    const values = tensor(input.type, shape);
    const indices = tensor("int64", shape);
    const sign = (attributes.largest?.int ?? 1) ? -1 : 1;
    for (let row = 0; row < outer; row++)
      for (let column = 0; column < inner; column++) {
        const at = (i: number) => input.data[(row * length + i) * inner + column];
        const sorted = Array.from({ length }, (_, i) => i).sort((a, b) => sign * order(at(a), at(b)) || a - b);
        for (let i = 0; i < k; i++) {
          values.data[(row * k + i) * inner + column] = at(sorted[i]);
          indices.data[(row * k + i) * inner + column] = sorted[i];
        }
      }
    return [values, indices];
  },
  LayerNormalization: ([input, scale, bias], { attributes }) => {
    const width = sizeOf(input.shape.slice(axisOf(attributes.axis?.int ?? -1, input.shape.length)));
    const epsilon = attributes.epsilon?.float ?? 1e-5;
    const output = tensor(input.type, input.shape);
    const x = input.data;
    for (let start = 0; start < x.length; start += width) {
      const mean = sum(x, start, start + width) / width;
      let variance = 0;
      for (let i = start; i < start + width; i++) variance += (x[i] - mean) ** 2 / width;
      const rate = 1 / Math.sqrt(variance + epsilon);
      for (let i = 0; i < width; i++)
        output.data[start + i] = (x[start + i] - mean) * rate * scale.data[i] + (bias?.data[i] ?? 0);
    }
    return output;
  },
  BatchNormalization: ([input, scale, bias, mean, variance], { attributes }) => {
    if (attributes.training_mode?.int)
      throw new Error("BatchNormalization in training mode is not known here.");
    const output = tensor(input.type, input.shape);
    const [, channels, inner] = around(input.shape, 1);
    const epsilon = attributes.epsilon?.float ?? 1e-5;
    for (let i = 0; i < output.data.length; i++) {
      const c = Math.floor(i / inner) % channels;
      const rate = scale.data[c] / Math.sqrt(variance.data[c] + epsilon);
      output.data[i] = (input.data[i] - mean.data[c]) * rate + bias.data[c];
    }
    return output;
  },
};
