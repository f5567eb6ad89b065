// The text twin of a figure: sentences and tables to unfold, and a status that screen readers say once things rest.
import { element } from "./element.ts";
import { closed } from "./format.ts";
import type { Tensors } from "./tensor.ts";
import type { Table, View } from "./views/index.ts";

const REST = 400; // milliseconds

export class Words {
  readonly element: HTMLDetailsElement;
  readonly status = element("p", { class: "genedu-explore-hidden", role: "status" });
  private readonly body = element("div", { class: "genedu-explore-words" });
  private readonly views: View[];
  private timer = 0;
  private latest: Tensors = {};

  constructor(views: View[]) {
    this.views = views;
    const summary = element("summary", { class: "genedu-explore-summary" }, "In words and numbers");
    this.element = element("details", { class: "genedu-explore-fold" }, summary, this.body);
    this.element.addEventListener("toggle", () => this.write());
  }

  /** Says the new values once nothing has changed for a while. */
  later(outputs: Tensors): void {
    this.latest = outputs;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.status.textContent = this.sentences().map(closed).join(" ");
      this.write();
    }, REST);
  }

  /** Sets the words without saying them aloud. */
  now(outputs: Tensors): void {
    clearTimeout(this.timer);
    this.latest = outputs;
    this.sentences();
    this.write();
  }

  private sentences(): string[] {
    return this.views.map((view) => view.describe(this.latest));
  }

  private write(): void {
    if (!this.element.open) return;
    const tables = this.views.flatMap((view) => (view.table ? [tableOf(view.table(this.latest))] : []));
    this.body.replaceChildren(...this.sentences().map((sentence) => element("p", {}, sentence)), ...tables);
  }
}

function tableOf({ caption, head, rows }: Table): HTMLElement {
  const cells = (row: string[]) =>
    row.map((text, i) => (i ? element("td", {}, text) : element("th", { scope: "row" }, text)));
  const table = element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells(row)))),
  );
  return element(
    "div",
    { class: "genedu-explore-table", tabindex: 0, role: "group", "aria-label": caption },
    table,
  );
}
