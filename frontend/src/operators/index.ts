import type { Operator } from "./broadcast.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { products } from "./products.ts";
import { reductions } from "./reductions.ts";
import { shapes } from "./shapes.ts";

export type { Operator };
export const OPERATORS: Record<string, Operator> = {
  ...elementwise,
  ...shapes,
  ...indexing,
  ...reductions,
  ...products,
};
