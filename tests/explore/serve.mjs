// Runs parts of the committed bundle for the Python tests: one JSON request a line, one answer a line.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const page = await import(pathToFileURL(process.argv[2]).href);
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const text = (data) => Buffer.from(data).toString("base64");

const send = (outputs) =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      name,
      { type: value.type, shape: value.shape, data: text(page.toBytes(value)) },
    ]),
  );

const answers = {
  run({ graph, feeds, times = 1 }) {
    const interpreter = new page.Interpreter(bytes(graph));
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, { type, shape, data }]) => [
        name,
        page.fromBytes(type, shape, bytes(data)),
      ]),
    );
    let outputs;
    const start = performance.now();
    for (let i = 0; i < times; i++) outputs = interpreter.run(inputs);
    return { outputs: send(outputs), milliseconds: (performance.now() - start) / times };
  },
  noise: ({ seed, draws }) => {
    const random = new page.Random(seed);
    return draws.map(([distribution, size]) => Array.from(random.fill(distribution, size)));
  },
  room: ({ spec }) => page.room(spec),
  operators: () => Object.keys(page.OPERATORS),
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  try {
    process.stdout.write(JSON.stringify({ answer: answers[request.kind](request) }) + "\n");
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: error.message }) + "\n");
  }
}
