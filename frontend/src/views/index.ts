import type { ViewSpec } from "../spec.ts";
import { Bars } from "./bars.ts";
import { Field } from "./field.ts";
import { Heat } from "./heat.ts";
import { Images } from "./images.ts";
import { Lines } from "./lines.ts";
import { Paths } from "./paths.ts";
import { Scatter } from "./scatter.ts";
import { Text } from "./text.ts";
import type { View } from "./view.ts";

export { PlaneView } from "./plane.ts";
export type { Table, View } from "./view.ts";

export function viewOf(spec: ViewSpec): View {
  switch (spec.kind) {
    case "lines":
      return new Lines(spec);
    case "bars":
      return new Bars(spec);
    case "scatter":
      return new Scatter(spec);
    case "heat":
      return new Heat(spec);
    case "images":
      return new Images(spec);
    case "field":
      return new Field(spec);
    case "paths":
      return new Paths(spec);
    case "text":
      return new Text(spec);
    default:
      throw new Error(`There is no view of kind ${(spec as ViewSpec).kind}.`);
  }
}
