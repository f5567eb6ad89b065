// Operators that read or write at positions which are themselves values.
import { sizeOf, tensor, type Tensor } from "../tensor.ts";
import { around, axisOf, stridesOf, type Operator } from "./broadcast.ts";

/** Throws instead of reading beside the data; negative positions count from the end. */
function within(position: number, length: number): number {
  const at = axisOf(position, length);
  if (!(at >= 0 && at < length))
    throw new Error(`Position ${position} lies outside an axis of length ${length}.`);
  return at;
}

const MERGE: Record<string, (old: number, update: number) => number> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
};

/** For every row of `indices` (…, k), the place in an array of `shape` where the block of the remaining axes begins. */
function blocks(indices: Tensor, shape: number[]): number[] {
  const depth = indices.shape[indices.shape.length - 1];
  const strides = stridesOf(shape);
  return Array.from({ length: indices.data.length / depth }, (_, row) => {
    let at = 0;
    for (let axis = 0; axis < depth; axis++)
      at += within(indices.data[row * depth + axis], shape[axis]) * strides[axis];
    return at;
  });
}

/** Calls `visit` with each position in `indices` and the place in an array of `shape` that it names along `axis`. */
function along(
  indices: Tensor,
  shape: number[],
  axis: number,
  visit: (position: number, place: number) => void,
): void {
  const strides = stridesOf(shape);
  const own = stridesOf(indices.shape);
  for (let i = 0; i < indices.data.length; i++) {
    let place = 0;
    for (let a = 0; a < shape.length; a++) {
      const at = Math.floor(i / own[a]) % indices.shape[a];
      place += (a === axis ? within(indices.data[i], shape[axis]) : at) * strides[a];
    }
    visit(i, place);
  }
}

export const indexing: Record<string, Operator> = {
  Gather: ([input, indices], { attributes }) => {
    const axis = axisOf(attributes.axis?.int ?? 0, input.shape.length);
    const [outer, length, inner] = around(input.shape, axis);
    const output = tensor(input.type, [
      ...input.shape.slice(0, axis),
      ...indices.shape,
      ...input.shape.slice(axis + 1),
    ]);
    let to = 0;
    for (let row = 0; row < outer; row++)
      for (let i = 0; i < indices.data.length; i++) {
        const from = (row * length + within(indices.data[i], length)) * inner;
        for (let k = 0; k < inner; k++) output.data[to++] = input.data[from + k];
      }
    return output;
  },
  GatherElements: ([input, indices], { attributes }) => {
    const output = tensor(input.type, indices.shape);
    const axis = axisOf(attributes.axis?.int ?? 0, input.shape.length);
    along(indices, input.shape, axis, (position, place) => (output.data[position] = input.data[place]));
    return output;
  },
  GatherND: ([input, indices], { attributes }) => {
    if (attributes.batch_dims?.int) throw new Error("GatherND with batch_dims is not known here.");
    const rest = input.shape.slice(indices.shape[indices.shape.length - 1]);
    const output = tensor(input.type, [...indices.shape.slice(0, -1), ...rest]);
    const width = sizeOf(rest);
    blocks(indices, input.shape).forEach((from, row) =>
      output.data.set(input.data.subarray(from, from + width), row * width),
    );
    return output;
  },
  ScatterElements: ([input, indices, updates], { attributes }) => {
    const output = duplicate(input);
    const merge = MERGE[attributes.reduction?.text ?? "none"];
    along(indices, input.shape, axisOf(attributes.axis?.int ?? 0, input.shape.length), (position, place) => {
      output.data[place] = merge(output.data[place], updates.data[position]);
    });
    return output;
  },
  ScatterND: ([input, indices, updates], { attributes }) => {
    const output = duplicate(input);
    const merge = MERGE[attributes.reduction?.text ?? "none"];
    const width = sizeOf(input.shape.slice(indices.shape[indices.shape.length - 1]));
    blocks(indices, input.shape).forEach((to, row) => {
      for (let k = 0; k < width; k++)
        output.data[to + k] = merge(output.data[to + k], updates.data[row * width + k]);
    });
    return output;
  },
  OneHot: ([indices, depth, values], { attributes }) => {
    const classes = depth.data[0];
    const axis = axisOf(attributes.axis?.int ?? -1, indices.shape.length + 1);
    const shape = [...indices.shape.slice(0, axis), classes, ...indices.shape.slice(axis)];
    const output = tensor(values.type, shape);
    const [off, on] = values.data;
    const inner = sizeOf(shape.slice(axis + 1));
    output.data.fill(off);
    indices.data.forEach((given: number, i: number) => {
      const at = axisOf(given, classes);
      if (at >= 0 && at < classes)
        output.data[(Math.floor(i / inner) * classes + at) * inner + (i % inner)] = on;
    });
    return output;
  },
};

function duplicate(input: Tensor): Tensor {
  const output = tensor(input.type, input.shape);
  output.data.set(input.data);
  return output;
}
