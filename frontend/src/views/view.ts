// What every view has: an element, a drawing, a sentence, and where it helps a table.
import { element } from "../element.ts";
import { closed, extent, trouble } from "../format.ts";
import type { Range, ViewSpec } from "../spec.ts";
import type { Tensors } from "../tensor.ts";
import { COLOURS, DASHES, marker, pick } from "./palette.ts";
import { Surface } from "./surface.ts";

export interface Table {
  caption: string;
  head: string[];
  rows: string[][];
}

export interface View {
  readonly element: HTMLElement;
  draw(outputs: Tensors): void;
  describe(outputs: Tensors): string;
  table?(outputs: Tensors): Table;
}

export type Mark = "line" | "point" | "bar";

/** A view on a canvas, with a legend above it and a sentence about values that cannot be drawn. */
export abstract class CanvasView<Spec extends ViewSpec> implements View {
  readonly element: HTMLElement;
  protected readonly surface = new Surface();
  protected readonly spec: Spec;
  private readonly problem = element("p", { class: "genedu-explore-trouble", role: "note", hidden: true });
  private readonly seen: Record<string, Range> = {};

  /** `first` is the number of the colour that the first label has. */
  constructor(spec: Spec, labels: string[] = [], mark: Mark = "line", first = 0) {
    this.spec = spec;
    this.element = element("div", { class: "genedu-explore-view" });
    if (spec.title) this.element.append(element("p", { class: "genedu-explore-view-title" }, spec.title));
    if (labels.length) this.element.append(legend(labels, mark, first));
    this.element.append(this.surface.canvas, this.problem);
  }

  /** The outputs that the view shows. */
  protected abstract names(): string[];
  protected abstract paint(outputs: Tensors): void;
  protected abstract sentence(outputs: Tensors): string;

  draw(outputs: Tensors): void {
    this.surface.clear();
    if (!this.surface.width) return; // folded away: nothing to see
    this.paint(outputs);
    const problem = this.problems(outputs);
    this.problem.hidden = !problem;
    if (this.problem.textContent !== problem) this.problem.textContent = problem;
  }

  describe(outputs: Tensors): string {
    const parts = [
      this.spec.title && closed(this.spec.title),
      this.spec.alt && closed(this.spec.alt),
      this.problems(outputs),
      this.sentence(outputs),
    ];
    const text = parts.filter(Boolean).join(" ");
    this.surface.canvas.setAttribute("aria-label", text);
    return text;
  }

  private problems(outputs: Tensors): string {
    return this.names()
      .map((name) => trouble(name, outputs[name].data))
      .filter(Boolean)
      .join(" ");
  }

  /** The given range, or one that holds all values seen so far. */
  protected range(
    key: string,
    given: Range | undefined,
    lists: () => ArrayLike<number>[],
    margin = 0.05,
  ): Range {
    if (given) return given;
    const old = this.seen[key];
    let [low, high] = extent(lists());
    if (old && low >= old[0] && high <= old[1]) return old;
    if (!(high >= low)) return old ?? [0, 1];
    const more = high > low ? margin * (high - low) : Math.abs(high) || 1;
    [low, high] = [low - more, high + more];
    return (this.seen[key] = old ? [Math.min(low, old[0]), Math.max(high, old[1])] : [low, high]);
  }
}

/** The given labels, or the names of the outputs. */
export const labelsOf = (given: string[] | undefined, names: string[]): string[] =>
  given?.length ? given : names;

/** A legend is for several series, or where labels were asked for. */
export const legendOf = (given: string[] | undefined, names: string[]): string[] =>
  names.length > 1 || given?.length ? labelsOf(given, names) : [];

const SVG = "http://www.w3.org/2000/svg";

function swatch(mark: Mark, i: number, colour: string): SVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  const shape = document.createElementNS(SVG, mark === "line" ? "line" : "polygon");
  drawing.setAttribute("viewBox", "0 0 26 12");
  drawing.setAttribute("width", "26");
  drawing.setAttribute("height", "12");
  const look =
    mark === "line"
      ? {
          x1: "1",
          y1: "6",
          x2: "25",
          y2: "6",
          stroke: colour,
          "stroke-width": "2.5",
          "stroke-dasharray": pick(DASHES, i).join(" "),
        }
      : {
          points: (mark === "bar" ? marker(1, 13, 6, 5) : marker(i, 13, 6, 4)).join(" "),
          fill: colour,
          stroke: mark === "bar" && i % 2 ? "currentColor" : "none",
        };
  for (const [key, value] of Object.entries(look)) shape.setAttribute(key, value);
  drawing.append(shape);
  return drawing;
}

function legend(labels: string[], mark: Mark, first: number): HTMLElement {
  const entries = labels.map((label, i) =>
    element("span", {}, swatch(mark, i, pick(COLOURS, first + i)), label),
  );
  return element("p", { class: "genedu-explore-legend", "aria-hidden": "true" }, ...entries);
}
