// Bundles the front end: `node build.mjs [folder]`, by default into the Python package.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = ["es2022", "chrome111", "firefox113", "safari16.4"]; // nested rules of the style sheet are written out
const folder = process.argv[2] ?? here("../genedu/explore/static");

await build({
  absWorkingDir: here("."),
  entryPoints: ["src/explore.ts", "src/stub.ts", { in: "src/style.css", out: "explore" }].map((entry) =>
    typeof entry === "string" ? { in: entry, out: entry.slice(4, -3) } : entry,
  ),
  bundle: true,
  minify: true,
  format: "esm",
  target,
  charset: "utf8",
  legalComments: "none",
  loader: { ".css": "css" },
  plugins: [styleAsText()],
  outdir: folder,
});

/** A style sheet that a script imports becomes a string; as an entry point it stays a style sheet. */
function styleAsText() {
  return {
    name: "style as text",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.css$/ }, ({ kind, path }) =>
        kind === "import-statement"
          ? { path: here(`src/${path.replace("./", "")}`), namespace: "text" }
          : undefined,
      );
      onLoad({ filter: /.*/, namespace: "text" }, async ({ path }) => {
        const { outputFiles } = await build({
          entryPoints: [path],
          bundle: true,
          minify: true,
          target,
          charset: "utf8",
          write: false,
        });
        return { contents: outputFiles[0].text, loader: "text" };
      });
    },
  };
}
