"""Explorables on the static site: a slot on the page, the graph beside it, a script only there.

A chapter's output holds spec, picture and graph. On the page stands the slot with the picture;
the graph lies in ``_static/genedu/graphs`` under its own digest, once for the whole site.
"""

import base64
import json
import shutil
import zlib
from pathlib import Path

from docutils import nodes

from ..explore.slot import MIME, slot

__all__ = ["Explorable", "Renderer", "add_explorables", "publish", "refresh"]

SOURCE = Path(__file__).parents[1] / "explore" / "static"
FRONTEND = ("explore.js", "explore.css")
RUNTIME = (
    (
        "onnxruntime-web/dist",
        "ort",
        ("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"),
    ),
)
"""ONNX Runtime's files: 14 MB, copied only if some figure may use them."""


class Explorable(nodes.General, nodes.Element):
    """A figure in the document; ``content`` is what the notebook holds."""


class Renderer:
    """myst-nb asks it for each output of our type (entry point ``myst_nb.mime_renderers``)."""

    mime_priority_overrides = tuple((builder, MIME, 1) for builder in ("html", "dirhtml"))

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the figure as a node of the document, or None for other types."""
        if data.mime_type != MIME:
            return None
        given = data.content
        return [Explorable(content=given if isinstance(given, dict) else json.loads(given))]


def publish(spec: dict, graph: str, home: Path, frontend: Path) -> None:
    """Write what a figure needs into ``home``, the folder ``_static/genedu`` of a site.

    ``graph`` is compressed and in base64, as the notebook holds it; ``frontend`` is the folder
    ``node_modules`` that has ONNX Runtime. Raises StorageError if a figure may use that and it is
    not there.
    """
    from . import vendor

    graphs = home / "graphs"
    graphs.mkdir(parents=True, exist_ok=True)
    file = graphs / f"{spec['graph']}.onnx"
    if not file.exists():
        file.write_bytes(zlib.decompress(base64.b64decode(graph)))
    for name in FRONTEND:
        shutil.copyfile(SOURCE / name, home / name)
    if "onnx" in spec["executors"]:
        vendor(frontend, home, RUNTIME)


def refresh(static: Path) -> None:
    """Bring the front end up to date on a site of which no page with figures was written."""
    home = static / "genedu"
    for name in FRONTEND if home.exists() else ():
        shutil.copyfile(SOURCE / name, home / name)


def visit(translator, node) -> None:
    """Put the slot on the page, and its files beside it."""
    app, content = translator.builder.app, node["content"]
    spec = json.loads(content["spec"])
    frontend = Path(app.srcdir) / app.config.genedu_frontend
    publish(spec, content["graph"], Path(app.outdir) / "_static" / "genedu", frontend)
    translator.body.append(slot(spec, content["poster"]))
    raise nodes.SkipNode


def add_files(app, pagename, templatename, context, doctree) -> None:
    """Load script and style sheet on pages with a figure, and on no other."""
    if doctree is not None and next(iter(doctree.findall(Explorable)), None) is not None:
        app.add_css_file("genedu/explore.css")
        app.add_js_file("genedu/explore.js", type="module")


def add_explorables(app) -> None:
    """Register the node of a figure with Sphinx."""
    app.add_node(Explorable, html=(visit, None))
    app.connect("html-page-context", add_files)
