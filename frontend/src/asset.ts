// Files that travel as widgets: one copy in a notebook, however many figures use it.
export interface Model {
  get(name: string): any;
  widget_manager: { get_model(id: string): Promise<Model> };
}

export async function assetOf(model: Model, id: string): Promise<Uint8Array> {
  const packed = (await model.widget_manager.get_model(id)).get("data") as BlobPart;
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
