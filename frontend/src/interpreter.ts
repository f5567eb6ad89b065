// Runs a graph of fixed shapes: no wasm, nothing to load.
import { readGraph, type Graph, type Node } from "./graph.ts";
import { OPERATORS, type Operator } from "./operators/index.ts";
import { copy, Memory, within, type Tensor, type Tensors } from "./tensor.ts";

interface Step {
  run: Operator;
  node: Node;
  inputs: number[];
  outputs: number[];
}

export class Interpreter {
  readonly inputs: string[];
  readonly outputs: string[];
  private readonly steps: Step[] = [];
  private readonly values: (Tensor | undefined)[] = [undefined]; // slot 0 stands for an input that is left out
  private readonly slots = new Map<string, number>([["", 0]]);
  private readonly memory = new Memory();

  constructor(bytes: Uint8Array) {
    const graph = readGraph(bytes);
    const unknown = new Set(graph.nodes.map((node) => node.operator).filter((name) => !OPERATORS[name]));
    if (unknown.size) throw new Error(`The interpreter does not know ${[...unknown].join(", ")}.`);
    this.inputs = graph.inputs;
    this.outputs = graph.outputs;
    for (const [name, value] of graph.constants) this.values[this.slot(name)] = value;
    for (const node of withoutTransposedFactors(graph)) this.add(node);
  }

  /** Values of the outputs, in memory of their own. */
  run(feeds: Tensors): Tensors {
    const values = [...this.values];
    for (const name of this.inputs) {
      if (!feeds[name]) throw new Error(`The graph's input ${name} is missing.`);
      values[this.slot(name)] = feeds[name];
    }
    return within(this.memory, () => {
      for (const step of this.steps) evaluate(step, values);
      return Object.fromEntries(this.outputs.map((name) => [name, copy(values[this.slot(name)]!)]));
    });
  }

  private slot(name: string): number {
    if (!this.slots.has(name)) this.slots.set(name, this.slots.size);
    return this.slots.get(name)!;
  }

  /** A node that depends on no input is evaluated now. */
  private add(node: Node): void {
    const [inputs, outputs] = [node.inputs, node.outputs].map((names) =>
      names.map((name) => this.slot(name)),
    );
    const step: Step = { run: OPERATORS[node.operator], node, inputs, outputs };
    const constant = inputs.every((slot) => slot === 0 || this.values[slot]);
    if (constant) within(undefined, () => evaluate(step, this.values));
    else this.steps.push(step);
  }
}

function evaluate({ run, node, inputs, outputs }: Step, values: (Tensor | undefined)[]): void {
  const result = run(
    inputs.map((slot) => values[slot]!),
    node,
  );
  if (Array.isArray(result)) result.forEach((value, i) => (values[outputs[i]] = value));
  else values[outputs[0]] = result;
}

/** A factor that `Gemm` transposes becomes a node of its own, so that a constant one is transposed only once. */
function* withoutTransposedFactors(graph: Graph): Generator<Node> {
  for (const node of graph.nodes) {
    if (node.operator !== "Gemm") {
      yield node;
      continue;
    }
    const inputs = [...node.inputs];
    const attributes = { ...node.attributes };
    for (const [i, flag] of ["transA", "transB"].entries()) {
      if (!attributes[flag]?.int) continue;
      delete attributes[flag];
      const turned = `${inputs[i]} transposed for ${node.outputs[0]}`;
      yield { operator: "Transpose", inputs: [inputs[i]], outputs: [turned], attributes: {} };
      inputs[i] = turned;
    }
    yield { ...node, inputs, attributes };
  }
}
