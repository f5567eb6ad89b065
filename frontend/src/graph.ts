// A reader of ONNX files: the few fields of the protobuf that a graph without names and types has.
import { newData, sizeOf, tensor, type Tensor, type Type } from "./tensor.ts";

export interface Attribute {
  float?: number;
  int?: number;
  text?: string;
  tensor?: Tensor;
  ints?: number[];
  floats?: number[];
}
export interface Node {
  operator: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
}
export interface Graph {
  nodes: Node[];
  constants: Map<string, Tensor>;
  inputs: string[];
  outputs: string[];
}

/** One field of a message: its number and either a number or the bytes of text, message or packed list. */
type Field = [number: number, value: number | Uint8Array];

class Reader {
  private position = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get more(): boolean {
    return this.position < this.bytes.length;
  }

  /** A variable-length integer, signed 64 bits; beyond 2^53 (only bounds of slices are so large) it is rounded. */
  integer(): number {
    const start = this.position;
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      if (!this.more) throw new Error("The graph ends in the middle of a number.");
      const byte = this.bytes[this.position++];
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    if (this.position - start < 8) return value;
    // negative numbers have ten bytes: too many for a double
    const bytes = [...this.bytes.subarray(start, this.position)].reverse();
    return Number(
      BigInt.asIntN(
        64,
        bytes.reduce((sum, byte) => (sum << 7n) | BigInt(byte & 127), 0n),
      ),
    );
  }

  float(): number {
    this.position += 4;
    return this.view.getFloat32(this.position - 4, true);
  }

  double(): number {
    this.position += 8;
    return this.view.getFloat64(this.position - 8, true);
  }

  *fields(): Generator<Field> {
    while (this.more) {
      const key = this.integer();
      const wire = key & 7;
      if (wire === 0) yield [key >>> 3, this.integer()];
      else if (wire === 1) yield [key >>> 3, this.double()];
      else if (wire === 5) yield [key >>> 3, this.float()];
      else if (wire === 2) {
        const length = this.integer();
        this.position += length;
        if (this.position > this.bytes.length) throw new Error("The graph ends in the middle of a field.");
        yield [key >>> 3, this.bytes.subarray(this.position - length, this.position)];
      } else throw new Error("This is not an ONNX graph.");
    }
  }
}

const decoder = new TextDecoder();
const text = (value: Field[1]): string => decoder.decode(value as Uint8Array);
const message = (value: Field[1]): Iterable<Field> => new Reader(value as Uint8Array).fields();

/** Appends a repeated number, which is written alone or packed. */
function append(list: number[], value: Field[1], read: (reader: Reader) => number): void {
  if (typeof value === "number") list.push(value);
  else for (const reader = new Reader(value); reader.more;) list.push(read(reader));
}
const integer = (reader: Reader): number => reader.integer();
const float = (reader: Reader): number => reader.float();

export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** ONNX's numbers of types, and what stands for them here: float16 is widened. */
export function typeOf(code: number): Type {
  const type = ({ 1: "float32", 6: "int32", 7: "int64", 9: "bool", 10: "float32", 11: "float64" } as const)[
    code
  ];
  if (!type)
    throw new Error(`The graph holds values of ONNX type ${code}; float32, int64 and bool are known here.`);
  return type;
}

function readTensor(bytes: Field[1]): [string, Tensor] {
  const shape: number[] = [];
  const values: number[] = [];
  let name = "";
  let code = 1;
  let raw: Uint8Array | undefined;
  for (const [field, value] of message(bytes)) {
    if (field === 1) append(shape, value, integer);
    else if (field === 2) code = value as number;
    else if (field === 4) append(values, value, float);
    else if (field === 5 || field === 7) append(values, value, integer);
    else if (field === 8) name = text(value);
    else if (field === 9) raw = value as Uint8Array;
    else if (field === 10) append(values, value, (reader) => reader.double());
  }
  const type = typeOf(code);
  const data = newData(type, sizeOf(shape));
  if (!raw) for (let i = 0; i < values.length; i++) data[i] = code === 10 ? fromHalf(values[i]) : values[i];
  else {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    const read: Record<number, (i: number) => number> = {
      1: (i) => view.getFloat32(4 * i, true),
      6: (i) => view.getInt32(4 * i, true),
      7: (i) => Number(view.getBigInt64(8 * i, true)),
      9: (i) => view.getUint8(i),
      10: (i) => fromHalf(view.getUint16(2 * i, true)),
      11: (i) => view.getFloat64(8 * i, true),
    };
    for (let i = 0; i < data.length; i++) data[i] = read[code](i);
  }
  return [name, tensor(type, shape, data)];
}

function readAttribute(bytes: Field[1]): [string, Attribute] {
  const attribute: Attribute = {};
  let name = "";
  for (const [field, value] of message(bytes)) {
    if (field === 1) name = text(value);
    else if (field === 2) attribute.float = value as number;
    else if (field === 3) attribute.int = value as number;
    else if (field === 4) attribute.text = text(value);
    else if (field === 5) attribute.tensor = readTensor(value)[1];
    else if (field === 7) append((attribute.floats ??= []), value, float);
    else if (field === 8) append((attribute.ints ??= []), value, integer);
  }
  return [name, attribute];
}

function readNode(bytes: Field[1]): Node {
  const node: Node = { operator: "", inputs: [], outputs: [], attributes: {} };
  for (const [field, value] of message(bytes)) {
    if (field === 1) node.inputs.push(text(value));
    else if (field === 2) node.outputs.push(text(value));
    else if (field === 4) node.operator = text(value);
    else if (field === 5) {
      const [name, attribute] = readAttribute(value);
      node.attributes[name] = attribute;
    }
  }
  return node;
}

const nameOf = (bytes: Field[1]): string => {
  for (const [field, value] of message(bytes)) if (field === 1) return text(value);
  return "";
};

/** The graph of an ONNX model; throws an `Error` that says what is wrong with the bytes. */
export function readGraph(bytes: Uint8Array): Graph {
  const graph: Graph = { nodes: [], constants: new Map(), inputs: [], outputs: [] };
  for (const [field, model] of new Reader(bytes).fields()) {
    if (field !== 7) continue;
    for (const [part, value] of message(model)) {
      if (part === 1) graph.nodes.push(readNode(value));
      else if (part === 5) graph.constants.set(...readTensor(value));
      else if (part === 11) graph.inputs.push(nameOf(value));
      else if (part === 12) graph.outputs.push(nameOf(value));
    }
  }
  if (!graph.outputs.length) throw new Error("This is not an ONNX graph: it has no outputs.");
  graph.inputs = graph.inputs.filter((name) => !graph.constants.has(name));
  return graph;
}
