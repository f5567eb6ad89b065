// The three that can run a graph. They take and give tensors under the names of the graph ("@input", "=output").
import { Interpreter } from "./interpreter.ts";
import type { ExecutorName, Spec } from "./spec.ts";
import { fromBytes, newData, toBytes, type Tensor, type Tensors, type Type } from "./tensor.ts";

export interface Executor {
  name: ExecutorName;
  run(feeds: Tensors): Tensors | Promise<Tensors>;
}

/** Where a figure lives: what an executor may ask its surroundings for. */
export interface Surroundings {
  graph(): Promise<Uint8Array>;
  /** The folder of ONNX Runtime's files, if there is one. */
  runtime?: string;
  kernel?: Kernel;
}

/** The part of an anywidget model that talks to Python. */
export interface Kernel {
  on(event: "msg:custom", listener: (content: any, buffers: DataView[]) => void): void;
  off(event: "msg:custom", listener: (content: any, buffers: DataView[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
}

/**
 * The first of the spec's executors that can run here; throws an `Error` that says why none can.
 * `waits` is called if the kernel is long in answering.
 */
export async function choose(spec: Spec, here: Surroundings, waits: () => void): Promise<Executor> {
  const asked = new URLSearchParams(globalThis.location?.search).get("executor") as ExecutorName | null;
  const reasons: string[] = [];
  for (const name of asked ? [asked] : spec.executors)
    try {
      if (name === "interpreter") return await interpreter(here);
      if (name === "onnx") return await onnx(here);
      if (name === "kernel") return await kernel(spec, here, waits);
      throw new Error("there is no executor of this name");
    } catch (error) {
      reasons.push(`${name}: ${(error as Error).message}`);
    }
  throw new Error(reasons.join(" "));
}

async function interpreter(here: Surroundings): Promise<Executor> {
  const graph = new Interpreter(await here.graph());
  return { name: "interpreter", run: (feeds) => graph.run(feeds) };
}

// --- ONNX Runtime Web ------------------------------------------------------------------------

const ONCE = Symbol.for("genedu.ort");

interface Runtime {
  ort: any;
  /** The last call: two at once disturb each other, because names wait on the module's one stack. */
  last: Promise<unknown>;
}

/** One runtime for all figures of a page, whichever copy of this file asks first. */
function loadRuntime(folder: string): Promise<Runtime> {
  const page = globalThis as { [ONCE]?: Promise<Runtime> };
  return (page[ONCE] ??= import(new URL("ort.wasm.min.mjs", folder).href)
    .then((ort) => {
      ort.env.wasm.wasmPaths = folder;
      ort.env.wasm.numThreads = 1; // more would need headers that a plain server does not send
      ort.env.logLevel = "error";
      return { ort, last: Promise.resolve() };
    })
    .catch((error: unknown) => {
      delete page[ONCE];
      throw error;
    }));
}

function inTurn<Result>(runtime: Runtime, call: () => Promise<Result>): Promise<Result> {
  const result = runtime.last.then(call);
  runtime.last = result.catch(() => {});
  return result;
}

async function onnx(here: Surroundings): Promise<Executor> {
  if (!here.runtime) throw new Error("ONNX Runtime's files are not here.");
  const [runtime, graph] = await Promise.all([loadRuntime(here.runtime), here.graph()]);
  const { ort } = runtime;
  const session = await inTurn<any>(runtime, () =>
    ort.InferenceSession.create(graph, {
      graphOptimizationLevel: "all",
      // it is wrong where a matrix is transposed before a vector; `comparison.py` leaves it out too
      extra: { optimization: { disable_specified_optimizers: "MatmulTransposeFusion" } },
    }),
  );
  const pack = ({ type, shape, data }: Tensor) =>
    new ort.Tensor(type, type === "int64" ? BigInt64Array.from(data as Float64Array, BigInt) : data, shape);
  const unpack = ({ type, dims, data }: { type: Type; dims: number[]; data: any }): Tensor => {
    const values =
      type === "int64" ? Float64Array.from(data as BigInt64Array, Number) : newData(type, data.length);
    if (type !== "int64") values.set(data);
    return { type, shape: [...dims], data: values };
  };
  return {
    name: "onnx",
    async run(feeds) {
      const names = session.inputNames as string[];
      const inputs = Object.fromEntries(names.map((name) => [name, pack(feeds[name])]));
      const results = await inTurn<Record<string, any>>(runtime, () => session.run(inputs));
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, unpack(value)]));
    },
  };
}

// --- the kernel ------------------------------------------------------------------------------

interface Listed {
  name: string;
  dtype: Type;
  shape: number[];
}

/** Sends one message and waits for the answer that `fits`, at most so many `seconds`. */
function ask(
  python: Kernel,
  message: object,
  buffers: ArrayBuffer[],
  fits: (content: any) => boolean,
  seconds?: number,
) {
  return new Promise<[content: any, buffers: DataView[]]>((resolve, reject) => {
    const listener = (content: any, answer: DataView[]) => {
      if (fits(content)) finish(() => resolve([content, answer]));
    };
    const late = () => finish(() => reject(new Error("No kernel answers.")));
    const timer = seconds && setTimeout(late, 1000 * seconds);
    const finish = (then: () => void) => {
      clearTimeout(timer);
      python.off("msg:custom", listener);
      then();
    };
    python.on("msg:custom", listener);
    python.send(message, undefined, buffers);
  });
}

async function kernel(spec: Spec, here: Surroundings, waits: () => void): Promise<Executor> {
  const python = here.kernel;
  if (!python) throw new Error("There is no kernel on this page.");
  const late = setTimeout(waits, 3000); // “Run All”: the kernel answers after the cells that follow
  await ask(python, { kind: "hello" }, [], ({ kind }) => kind === "hello");
  clearTimeout(late);
  let last = 0;
  return {
    name: "kernel",
    async run(feeds) {
      const id = ++last;
      const names = spec.inputs.map((name) => `@${name}`);
      const inputs = spec.inputs.map((name, i): Listed => ({
        name,
        dtype: feeds[names[i]].type,
        shape: feeds[names[i]].shape,
      }));
      const buffers = names.map((name) => toBytes(feeds[name]).buffer as ArrayBuffer);
      const [answer, results] = await ask(
        python,
        { kind: "run", id, inputs },
        buffers,
        (content) => content.id === id,
        30,
      );
      if (answer.kind === "failure") throw new Error(answer.message);
      return Object.fromEntries(
        (answer.outputs as Listed[]).map(({ name, dtype, shape }, i) => {
          const { buffer, byteOffset, byteLength } = results[i];
          return [`=${name}`, fromBytes(dtype, shape, new Uint8Array(buffer, byteOffset, byteLength))];
        }),
      );
    },
  };
}
