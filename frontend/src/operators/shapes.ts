// Operators that move values, and make none. Those that only rename the shape share the input's values.
import { scalar, sizeOf, tensor, type Tensor } from "../tensor.ts";
import {
  around,
  axisOf,
  broadcastShape,
  broadcastTo,
  copyStrided,
  permute,
  stridesOf,
  type Operator,
} from "./broadcast.ts";

const numbers = (input: Tensor | undefined): number[] => (input ? Array.from(input.data) : []);
const reshaped = (input: Tensor, shape: number[]): Tensor => ({ ...input, shape });

/** Axes given as the second input, or by older graphs as an attribute. */
const axesOf: (...from: Parameters<Operator>) => number[] | undefined = (inputs, node) =>
  inputs[1] ? numbers(inputs[1]) : node.attributes.axes?.ints;

function concat(inputs: Tensor[], axis: number): Tensor {
  const shape = [...inputs[0].shape];
  shape[axis] = inputs.reduce((sum, input) => sum + input.shape[axis], 0);
  const output = tensor(inputs[0].type, shape);
  const [outer, length, inner] = around(shape, axis);
  let offset = 0;
  for (const input of inputs) {
    const width = input.shape[axis] * inner;
    for (let row = 0; row < outer; row++)
      output.data.set(input.data.subarray(row * width, (row + 1) * width), row * length * inner + offset);
    offset += width;
  }
  return output;
}

function slice(input: Tensor, starts: number[], ends: number[], axes: number[], steps: number[]): Tensor {
  const shape = [...input.shape];
  const strides = stridesOf(input.shape);
  let start = 0;
  axes.forEach((given, i) => {
    const axis = axisOf(given, shape.length);
    const length = input.shape[axis];
    const step = steps[i] ?? 1;
    const bound = (at: number, low: number, high: number) =>
      Math.min(Math.max(at < 0 ? at + length : at, low), high);
    const from = step > 0 ? bound(starts[i], 0, length) : bound(starts[i], 0, length - 1);
    const to = step > 0 ? bound(ends[i], 0, length) : bound(ends[i], -1, length - 1);
    shape[axis] = Math.max(0, Math.ceil((to - from) / step));
    start += from * strides[axis];
    strides[axis] *= step;
  });
  const output = tensor(input.type, shape);
  copyStrided(input.data, start, shape, strides, output.data);
  return output;
}

/** Where a position outside an axis of `length` is read from; -1 stands for the constant. */
const beyond: Record<string, (at: number, length: number) => number> = {
  constant: (at, length) => (at < 0 || at >= length ? -1 : at),
  edge: (at, length) => Math.min(Math.max(at, 0), length - 1),
  wrap: (at, length) => ((at % length) + length) % length,
  reflect: (at, length) => {
    const period = Math.max(2 * (length - 1), 1);
    const inside = ((at % period) + period) % period;
    return inside < length ? inside : period - inside;
  },
};

function pad(
  input: Tensor,
  axis: number,
  before: number,
  after: number,
  value: number,
  mode: string,
): Tensor {
  const shape = [...input.shape];
  shape[axis] += before + after;
  const output = tensor(input.type, shape);
  const [outer, length, inner] = around(shape, axis);
  const old = input.shape[axis];
  for (let row = 0; row < outer; row++)
    for (let at = 0; at < length; at++) {
      const from = beyond[mode](at - before, old);
      const to = (row * length + at) * inner;
      if (from < 0) output.data.fill(value, to, to + inner);
      else
        output.data.set(input.data.subarray((row * old + from) * inner, (row * old + from + 1) * inner), to);
    }
  return output;
}

export const shapes: Record<string, Operator> = {
  Identity: ([input]) => input,
  Constant: (_, { attributes: { value, value_float, value_int, value_ints, value_floats } }) => {
    if (value) return value.tensor!;
    if (value_float) return scalar("float32", value_float.float!);
    if (value_int) return scalar("int64", value_int.int!);
    if (value_ints) return tensor("int64", [value_ints.ints!.length], Float64Array.from(value_ints.ints!));
    return tensor("float32", [value_floats.floats!.length], Float32Array.from(value_floats.floats!));
  },
  Shape: ([input], { attributes }) => {
    const part = input.shape.slice(attributes.start?.int ?? 0, attributes.end?.int);
    return tensor("int64", [part.length], Float64Array.from(part));
  },
  Size: ([input]) => scalar("int64", input.data.length),
  Reshape: ([input, shape], { attributes }) => {
    const lengths = numbers(shape).map((length, axis) =>
      length === 0 && !attributes.allowzero?.int ? input.shape[axis] : length,
    );
    const open = lengths.indexOf(-1);
    if (open >= 0) lengths[open] = input.data.length / -sizeOf(lengths);
    return reshaped(input, lengths);
  },
  Flatten: ([input], { attributes }) => {
    const axis = axisOf(attributes.axis?.int ?? 1, input.shape.length);
    return reshaped(input, [sizeOf(input.shape.slice(0, axis)), sizeOf(input.shape.slice(axis))]);
  },
  Squeeze: (inputs, node) => {
    const [{ shape }] = inputs;
    const axes = axesOf(inputs, node)?.map((axis) => axisOf(axis, shape.length));
    return reshaped(
      inputs[0],
      shape.filter((length, axis) => (axes ? !axes.includes(axis) : length !== 1)),
    );
  },
  Unsqueeze: (inputs, node) => {
    const given = axesOf(inputs, node)!;
    const shape = [...inputs[0].shape];
    const axes = given.map((axis) => axisOf(axis, shape.length + given.length)).sort((a, b) => a - b);
    for (const axis of axes) shape.splice(axis, 0, 1);
    return reshaped(inputs[0], shape);
  },
  Transpose: ([input], { attributes }) =>
    permute(input, attributes.perm?.ints ?? input.shape.map((_, axis) => input.shape.length - 1 - axis)),
  Expand: ([input, target]) => {
    const shape = broadcastShape(input.shape, numbers(target));
    return { type: input.type, shape, data: broadcastTo(input, shape) };
  },
  Tile: ([input, repeats]) =>
    numbers(repeats).reduce((sum, times, axis) => {
      const copies = new Array<Tensor>(times).fill(sum);
      return concat(times ? copies : [slice(sum, [0], [0], [axis], [1])], axis);
    }, input),
  Concat: (inputs, { attributes }) => concat(inputs, axisOf(attributes.axis.int!, inputs[0].shape.length)),
  Split: (inputs, { attributes, outputs }) => {
    const [input] = inputs;
    const axis = axisOf(attributes.axis?.int ?? 0, input.shape.length);
    const even = Math.ceil(input.shape[axis] / outputs.length);
    const lengths = inputs[1] ? numbers(inputs[1]) : (attributes.split?.ints ?? outputs.map(() => even));
    let start = 0;
    return lengths.map((length) => slice(input, [start], [(start += length)], [axis], [1]));
  },
  Slice: ([input, starts, ends, axes, steps]) =>
    slice(
      input,
      numbers(starts),
      numbers(ends),
      axes ? numbers(axes) : numbers(starts).map((_, axis) => axis),
      numbers(steps),
    ),
  Pad: ([input, pads, value, axes], { attributes }) => {
    const sides = numbers(pads);
    const half = sides.length / 2;
    const which = axes ? numbers(axes) : input.shape.map((_, axis) => axis);
    return which.reduce((result, given, i) => {
      const axis = axisOf(given, input.shape.length);
      if (!sides[i] && !sides[i + half]) return result;
      const inside = slice(
        result,
        [Math.max(0, -sides[i])],
        [result.shape[axis] + Math.min(0, sides[i + half])],
        [axis],
        [1],
      );
      const [before, after] = [Math.max(0, sides[i]), Math.max(0, sides[i + half])];
      return pad(inside, axis, before, after, value?.data[0] ?? 0, attributes.mode?.text ?? "constant");
    }, input);
  },
  ConstantOfShape: ([shape], { attributes }) => {
    const value = attributes.value?.tensor ?? scalar("float32", 0);
    const output = tensor(value.type, numbers(shape));
    output.data.fill(value.data[0]);
    return output;
  },
  Range: ([start, limit, delta]) => {
    const [from, to, step] = [start.data[0], limit.data[0], delta.data[0]];
    const output = tensor(start.type, [Math.max(0, Math.ceil((to - from) / step))]);
    for (let i = 0; i < output.data.length; i++) output.data[i] = from + i * step;
    return output;
  },
  EyeLike: ([input], { attributes }) => {
    const output = tensor(
      attributes.dtype?.int === 7 ? "int64" : attributes.dtype?.int === 9 ? "bool" : input.type,
      input.shape,
    );
    const columns = input.shape[1];
    const k = attributes.k?.int ?? 0;
    for (let i = 0; i < output.data.length; i++)
      output.data[i] = +((i % columns) - Math.floor(i / columns) === k);
    return output;
  },
  Trilu: ([input, diagonal], { attributes }) => {
    const output = tensor(input.type, input.shape);
    const [rows, columns] = input.shape.slice(-2);
    const upper = attributes.upper?.int ?? 1;
    const k = diagonal?.data[0] ?? 0;
    for (let i = 0; i < output.data.length; i++) {
      const above = (i % columns) - (Math.floor(i / columns) % rows) - k;
      output.data[i] = (upper ? above >= 0 : above <= 0) ? input.data[i] : 0;
    }
    return output;
  },
};
