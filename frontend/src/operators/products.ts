// Matrix products. Rows are summed in double precision and rounded once.
import { sizeOf, tensor, type Data, type Tensor } from "../tensor.ts";
import type { Node } from "../graph.ts";
import {
  broadcastShape,
  broadcastStrides,
  broadcastTo,
  copyStrided,
  permute,
  type Operator,
} from "./broadcast.ts";

let row = new Float64Array(0);

/** c (m, n) = a (m, k) b (k, n), each from its own offset. */
function multiply(
  a: Data,
  b: Data,
  c: Data,
  m: number,
  k: number,
  n: number,
  aAt: number,
  bAt: number,
  cAt: number,
): void {
  if (n === 1) {
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let p = 0, at = aAt + i * k; p < k; p++) sum += a[at + p] * b[bAt + p];
      c[cAt + i] = sum;
    }
    return;
  }
  if (row.length < n) row = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    row.fill(0, 0, n);
    let p = 0;
    // four rows of b in one pass: a quarter of the loads and stores of the sum
    for (; p + 3 < k; p += 4) {
      const at = aAt + i * k + p;
      const [a0, a1, a2, a3] = [a[at], a[at + 1], a[at + 2], a[at + 3]];
      const b0 = bAt + p * n;
      const [b1, b2, b3] = [b0 + n, b0 + 2 * n, b0 + 3 * n];
      for (let j = 0; j < n; j++) row[j] += a0 * b[b0 + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
    }
    for (; p < k; p++) {
      const factor = a[aAt + i * k + p];
      const from = bAt + p * n;
      for (let j = 0; j < n; j++) row[j] += factor * b[from + j];
    }
    for (let j = 0, to = cAt + i * n; j < n; j++) c[to + j] = row[j];
  }
}

/** For every matrix of a product, which matrix of an operand it takes. */
function batchOrder(shape: number[], batch: number[]): Float64Array {
  const own = Float64Array.from({ length: sizeOf(shape) }, (_, i) => i);
  const order = new Float64Array(sizeOf(batch));
  copyStrided(own, 0, batch, broadcastStrides(shape, batch), order);
  return order;
}

function matmul(a: Tensor, b: Tensor): Tensor {
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [m, k] = left.slice(-2);
  const n = right[right.length - 1];
  if (right[right.length - 2] !== k)
    throw new Error(`The matrices [${a.shape}] and [${b.shape}] do not fit.`);
  const batch = broadcastShape(left.slice(0, -2), right.slice(0, -2));
  const shape = [...batch, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])];
  const output = tensor(a.type, shape);
  const fromA = batchOrder(left.slice(0, -2), batch);
  const fromB = batchOrder(right.slice(0, -2), batch);
  for (let i = 0; i < fromA.length; i++)
    multiply(a.data, b.data, output.data, m, k, n, fromA[i] * m * k, fromB[i] * k * n, i * m * n);
  return output;
}

function gemm([a, b, c]: Tensor[], { attributes }: Node): Tensor {
  const left = attributes.transA?.int ? permute(a, [1, 0]) : a;
  const right = attributes.transB?.int ? permute(b, [1, 0]) : b;
  const output = matmul(left, right);
  const alpha = attributes.alpha?.float ?? 1;
  const beta = attributes.beta?.float ?? 1;
  const added = c && broadcastTo(c, output.shape);
  const z = output.data;
  if (alpha !== 1) for (let i = 0; i < z.length; i++) z[i] *= alpha;
  if (added) for (let i = 0; i < z.length; i++) z[i] += beta * added[i];
  return output;
}

export const products: Record<string, Operator> = { MatMul: ([a, b]) => matmul(a, b), Gemm: gemm };
