// Arrays with a shape, row-major. int64 lives in doubles: exact up to 2^53.
export type Type = "float32" | "float64" | "int32" | "int64" | "bool";
export type Data = Float32Array | Float64Array | Int32Array | Uint8Array;
export interface Tensor {
  type: Type;
  shape: number[];
  data: Data;
}
export type Tensors = Record<string, Tensor>;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const KINDS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: Float64Array,
  bool: Uint8Array,
};

export const newData = (type: Type, size: number): Data => new KINDS[type](size);

/** Memory that a run of a graph asks for again in the same order, so that a second run needs none. */
export class Memory {
  private blocks: Data[] = [];
  private next = 0;

  rewind(): void {
    this.next = 0;
  }

  take(type: Type, size: number): Data {
    const old = this.blocks[this.next];
    const fits = old?.length === size && old.constructor === KINDS[type];
    return (this.blocks[this.next++] = fits ? old : newData(type, size));
  }
}

let memory: Memory | undefined;

/** Calls `work` with every `tensor` inside it taken from `from`. */
export function within<T>(from: Memory | undefined, work: () => T): T {
  const outer = memory;
  memory = from;
  from?.rewind();
  try {
    return work();
  } finally {
    memory = outer;
  }
}

/** A tensor whose values are not yet set (they may be those of an earlier run). */
export function tensor(type: Type, shape: number[], data?: Data): Tensor {
  const size = sizeOf(shape);
  return { type, shape, data: data ?? memory?.take(type, size) ?? newData(type, size) };
}

export const scalar = (type: Type, value: number): Tensor => {
  const data = newData(type, 1);
  data[0] = value;
  return { type, shape: [], data };
};

export const copy = ({ type, shape, data }: Tensor): Tensor => ({
  type,
  shape: [...shape],
  data: data.slice(),
});

/** Values as a page's spec and a kernel's messages carry them: little-endian float32, int64 or bytes. */
export function fromBytes(type: Type, shape: number[], bytes: Uint8Array): Tensor {
  const own = bytes.slice().buffer;
  if (type === "int64") return { type, shape, data: Float64Array.from(new BigInt64Array(own), Number) };
  return { type, shape, data: new KINDS[type](own) };
}

export function toBytes({ type, data }: Tensor): Uint8Array {
  const raw = type === "int64" ? BigInt64Array.from(data as Float64Array, BigInt) : data;
  return new Uint8Array(raw.slice().buffer);
}

export const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
