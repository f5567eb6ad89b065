// State, noise and seed of one figure, without a page. README.md, "What is shown, and when", is its rule.
import type { Executor } from "./executors.ts";
import { Random } from "./random.ts";
import type { Spec } from "./spec.ts";
import { fromBase64, fromBytes, sizeOf, type Tensors } from "./tensor.ts";

export class Simulation {
  /** How many steps led to the current state. */
  steps = 0;
  seed: number;
  /** What `fn` gives at the current state, under its own names; a state's name gives the current state. */
  outputs: Tensors = {};
  /** Values of the controls: the page sets them. */
  readonly controls: Tensors = {};

  private readonly spec: Spec;
  private readonly executor: Executor;
  private random!: Random;
  private state: Tensors = {};
  private next: Tensors = {};
  private noise: Tensors = {};

  constructor(spec: Spec, executor: Executor) {
    this.spec = spec;
    this.executor = executor;
    this.seed = spec.seed;
    this.rewind();
  }

  /** Back to the initial state and the first noise of the seed; `evaluate` shows it. */
  rewind(): void {
    this.steps = 0;
    this.random = new Random(this.seed);
    this.state = Object.fromEntries(
      Object.entries(this.spec.state).map(([name, { dtype, shape, data }]) => [
        name,
        fromBytes(dtype, shape, fromBase64(data)),
      ]),
    );
    this.drawNoise();
  }

  /** Other noise, that of the next seed. */
  newNoise(): void {
    this.random = new Random(++this.seed);
    this.drawNoise();
  }

  /** `fn` at the current state, noise and controls. */
  async evaluate(): Promise<void> {
    const results = await this.run(this.inputs());
    this.next = Object.fromEntries(Object.keys(this.spec.state).map((name) => [name, results[name]]));
    this.outputs = { ...results, ...this.state };
  }

  /** The next state becomes the current one. */
  async step(): Promise<void> {
    this.state = this.next;
    this.steps++;
    this.drawNoise();
    await this.evaluate();
  }

  /** Everything that goes into one evaluation. */
  inputs(): Tensors {
    const all = { ...this.controls, ...this.state, ...this.noise };
    return Object.fromEntries(this.spec.inputs.map((name) => [name, all[name]]));
  }

  /** One evaluation at any inputs; nothing is remembered. */
  async run(inputs: Tensors): Promise<Tensors> {
    const feeds = Object.fromEntries(this.spec.inputs.map((name) => [`@${name}`, inputs[name]]));
    const results = await this.executor.run(feeds);
    return Object.fromEntries(Object.keys(this.spec.outputs).map((name) => [name, results[`=${name}`]]));
  }

  private drawNoise(): void {
    this.noise = Object.fromEntries(
      Object.entries(this.spec.noise).map(([name, { distribution, shape, dtype }]) => [
        name,
        { type: dtype, shape, data: this.random.fill(distribution, sizeOf(shape)) },
      ]),
    );
  }
}
