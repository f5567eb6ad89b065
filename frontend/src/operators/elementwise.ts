// One value from each input makes one value of the output. Every hot operator has a loop of its own: a shared loop
// that calls a function for each element is several times slower.
import { tensor, type Data, type Type } from "../tensor.ts";
import { typeOf } from "../graph.ts";
import { broadcastShape, broadcastTo, sameShape, type Operator } from "./broadcast.ts";

type Unary = (x: Data, z: Data) => void;
type Binary = (x: Data, y: Data, z: Data) => void;

const unary =
  (loop: Unary, type?: Type): Operator =>
  ([input]) => {
    const output = tensor(type ?? input.type, input.shape);
    loop(input.data, output.data);
    return output;
  };

const each = (f: (x: number) => number, type?: Type): Operator =>
  unary((x, z) => {
    for (let i = 0; i < z.length; i++) z[i] = f(x[i]);
  }, type);

const binary =
  (loop: Binary, type?: Type): Operator =>
  ([a, b]) => {
    const shape = sameShape(a.shape, b.shape) ? a.shape : broadcastShape(a.shape, b.shape);
    const output = tensor(type ?? a.type, shape);
    loop(broadcastTo(a, shape), broadcastTo(b, shape), output.data);
    return output;
  };

const pairs = (f: (x: number, y: number) => number, type?: Type): Operator =>
  binary((x, y, z) => {
    for (let i = 0; i < z.length; i++) z[i] = f(x[i], y[i]);
  }, type);

/** An operator of any number of inputs, from one of two. */
const several =
  (operator: Operator): Operator =>
  (inputs, node) =>
    inputs.reduce((a, b) => operator([a, b], node) as typeof a);

const add = binary((x, y, z) => {
  for (let i = 0; i < z.length; i++) z[i] = x[i] + y[i];
});
const multiply = binary((x, y, z) => {
  if (z instanceof Int32Array) for (let i = 0; i < z.length; i++) z[i] = Math.imul(x[i], y[i]);
  else for (let i = 0; i < z.length; i++) z[i] = x[i] * y[i];
});
const divide = binary((x, y, z) => {
  for (let i = 0; i < z.length; i++) z[i] = x[i] / y[i];
});
const divideIntegers = pairs((x, y) => Math.trunc(x / y));
// JavaScript's 1 ** NaN is NaN; C's, and so torch's, is 1
const power = pairs((x, y) => (x === 1 ? 1 : Math.pow(x, y)));

/** Half goes to the even neighbour. */
export function round(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1 || -0;
}

/** erf(x) = 2/√π exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!: all terms have one sign, so that nothing cancels. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

const cast =
  (type: Type): Operator =>
  ([input]) => {
    if (type === input.type) return input;
    if (type === "bool") return each((x) => +(x !== 0), "bool")([input], undefined!);
    return each(type === "int64" ? Math.trunc : (x) => x, type)([input], undefined!);
  };

export const elementwise: Record<string, Operator> = {
  Add: add,
  Sub: binary((x, y, z) => {
    for (let i = 0; i < z.length; i++) z[i] = x[i] - y[i];
  }),
  Mul: multiply,
  Div: (inputs, node) => (inputs[0].type.startsWith("int") ? divideIntegers : divide)(inputs, node),
  Mod: (inputs, node) =>
    (node.attributes.fmod?.int ? pairs((x, y) => x % y) : pairs((x, y) => x - Math.floor(x / y) * y))(
      inputs,
      node,
    ),
  Pow: (inputs, node) =>
    inputs[1].data.length === 1 && inputs[1].data[0] === 2 && inputs[1].shape.length <= inputs[0].shape.length
      ? multiply([inputs[0], inputs[0]], node)
      : power(inputs, node),
  Sum: several(add),
  Max: several(
    binary((x, y, z) => {
      for (let i = 0; i < z.length; i++) z[i] = Math.max(x[i], y[i]);
    }),
  ),
  Min: several(
    binary((x, y, z) => {
      for (let i = 0; i < z.length; i++) z[i] = Math.min(x[i], y[i]);
    }),
  ),

  Less: pairs((x, y) => +(x < y), "bool"),
  LessOrEqual: pairs((x, y) => +(x <= y), "bool"),
  Greater: pairs((x, y) => +(x > y), "bool"),
  GreaterOrEqual: pairs((x, y) => +(x >= y), "bool"),
  Equal: pairs((x, y) => +(x === y), "bool"),
  And: pairs((x, y) => x & y, "bool"),
  Or: pairs((x, y) => x | y, "bool"),
  Xor: pairs((x, y) => x ^ y, "bool"),
  Not: each((x) => 1 - x, "bool"),
  IsNaN: each((x) => +Number.isNaN(x), "bool"),
  IsInf: ([input], { attributes }) => {
    const up = attributes.detect_positive?.int ?? 1;
    const down = attributes.detect_negative?.int ?? 1;
    return each((x) => +((x === Infinity && up) || (x === -Infinity && down)), "bool")([input], undefined!);
  },

  Neg: unary((x, z) => {
    for (let i = 0; i < z.length; i++) z[i] = -x[i];
  }),
  Exp: unary((x, z) => {
    for (let i = 0; i < z.length; i++) z[i] = Math.exp(x[i]);
  }),
  Log: unary((x, z) => {
    for (let i = 0; i < z.length; i++) z[i] = Math.log(x[i]);
  }),
  Sqrt: unary((x, z) => {
    for (let i = 0; i < z.length; i++) z[i] = Math.sqrt(x[i]);
  }),
  Tanh: unary((x, z) => {
    for (let i = 0; i < z.length; i++) z[i] = Math.tanh(x[i]);
  }),
  Sigmoid: unary((x, z) => {
    for (let i = 0; i < z.length; i++) z[i] = 1 / (1 + Math.exp(-x[i]));
  }),
  Relu: unary((x, z) => {
    for (let i = 0; i < z.length; i++) z[i] = x[i] < 0 ? 0 : x[i];
  }),
  Softplus: unary((x, z) => {
    for (let i = 0; i < z.length; i++) z[i] = softplus(x[i]);
  }),
  Abs: each(Math.abs),
  Sign: each((x) => Math.sign(x) || 0), // that of NaN is 0
  Reciprocal: each((x) => 1 / x),
  Floor: each(Math.floor),
  Ceil: each(Math.ceil),
  Round: each(round),
  Erf: each(erf),
  Sin: each(Math.sin),
  Cos: each(Math.cos),
  Tan: each(Math.tan),
  Asin: each(Math.asin),
  Acos: each(Math.acos),
  Atan: each(Math.atan),
  Sinh: each(Math.sinh),
  Cosh: each(Math.cosh),
  Asinh: each(Math.asinh),
  Acosh: each(Math.acosh),
  Atanh: each(Math.atanh),
  Softsign: each((x) => x / (1 + Math.abs(x))),
  Mish: each((x) => x * Math.tanh(softplus(x))),
  HardSwish: each((x) => x * clamp(x / 6 + 0.5, 0, 1)),
  HardSigmoid: (inputs, node) => {
    const alpha = node.attributes.alpha?.float ?? 0.2;
    const beta = node.attributes.beta?.float ?? 0.5;
    return each((x) => clamp(alpha * x + beta, 0, 1))(inputs, node);
  },
  LeakyRelu: (inputs, node) => {
    const alpha = node.attributes.alpha?.float ?? 0.01;
    return each((x) => (x < 0 ? alpha * x : x))(inputs, node);
  },
  PRelu: pairs((x, slope) => (x < 0 ? slope * x : x)),
  Elu: (inputs, node) => {
    const alpha = node.attributes.alpha?.float ?? 1;
    return each((x) => (x < 0 ? alpha * Math.expm1(x) : x))(inputs, node);
  },
  Celu: (inputs, node) => {
    const alpha = node.attributes.alpha?.float ?? 1;
    return each((x) => (x < 0 ? alpha * Math.expm1(x / alpha) : x))(inputs, node);
  },
  Selu: (inputs, node) => {
    const alpha = node.attributes.alpha?.float ?? 1.67326319217681884765625;
    const gamma = node.attributes.gamma?.float ?? 1.05070102214813232421875;
    return each((x) => gamma * (x < 0 ? alpha * Math.expm1(x) : x))(inputs, node);
  },
  Gelu: (inputs, node) =>
    each(
      node.attributes.approximate?.text === "tanh"
        ? (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
        : (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
    )(inputs, node),

  Clip: (inputs, node) => {
    const low = inputs[1]?.data[0] ?? -Infinity;
    const high = inputs[2]?.data[0] ?? Infinity;
    return each((x) => clamp(x, low, high))(inputs, node);
  },
  Where: ([condition, a, b]) => {
    const shape = broadcastShape(condition.shape, broadcastShape(a.shape, b.shape));
    const output = tensor(a.type, shape);
    const [c, x, y, z] = [
      broadcastTo(condition, shape),
      broadcastTo(a, shape),
      broadcastTo(b, shape),
      output.data,
    ];
    for (let i = 0; i < z.length; i++) z[i] = c[i] ? x[i] : y[i];
    return output;
  },
  Cast: (inputs, node) => cast(typeOf(node.attributes.to.int!))(inputs, node),
  CastLike: (inputs, node) => cast(inputs[1].type)(inputs, node),
};
