// What every figure of a notebook carries: it fetches the front end, which the notebook holds once.
import { assetOf, type Model } from "./asset.ts";

const ONCE = Symbol.for("genedu.explore");

interface FrontEnd {
  render(context: { model: Model; el: HTMLElement }): Promise<() => void>;
}

function frontEnd(model: Model): Promise<FrontEnd> {
  const page = globalThis as { [ONCE]?: Record<string, Promise<FrontEnd>> };
  const id = model.get("frontend") as string;
  return ((page[ONCE] ??= {})[id] ??= assetOf(model, id).then((bytes) => {
    const address = URL.createObjectURL(new Blob([bytes as BlobPart], { type: "text/javascript" }));
    return import(address) as Promise<FrontEnd>;
  }));
}

export default {
  async render(context: { model: Model; el: HTMLElement }): Promise<() => void> {
    return (await frontEnd(context.model)).render(context);
  },
};
