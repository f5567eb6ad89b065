// The one bundle: a module of the static site, the front end of the widget, and in Node what the tests need.
import { wakeSlots } from "./page.ts";
import { render } from "./widget.ts";

export { Interpreter } from "./interpreter.ts";
export { room } from "./layout.ts";
export { OPERATORS } from "./operators/index.ts";
export { Random } from "./random.ts";
export { Simulation } from "./simulation.ts";
export { fromBytes, toBytes } from "./tensor.ts";
export { render };
export default { render };

if (globalThis.document) wakeSlots(import.meta.url);
