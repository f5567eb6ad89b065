"""Hand-made figures on a page of their own: known data in, known pictures out."""

import base64
import hashlib
import html
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

TYPES = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64, "bool": TensorProto.BOOL}


def model(nodes, inputs, outputs, constants=None) -> bytes:
    """An ONNX model; `inputs` and `outputs` map a name to (type, shape), as a spec writes it."""
    graph = helper.make_graph(
        nodes,
        "figure",
        [helper.make_tensor_value_info(f"@{k}", TYPES[t], s) for k, (t, s) in inputs.items()],
        [helper.make_tensor_value_info(f"={k}", TYPES[t], s) for k, (t, s) in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()],
    )
    opset = [helper.make_opsetid("", 20)]
    made = helper.make_model(graph, opset_imports=opset, ir_version=10)
    onnx.checker.check_model(made)
    return made.SerializeToString()


def encoded(value: np.ndarray) -> dict:
    """A state as the spec holds it."""
    data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
    return {"shape": list(value.shape), "dtype": value.dtype.name, "data": data}


def spec(graph: bytes, outputs: dict, views: list, **more) -> dict:
    """A complete spec; `outputs` as in `model`."""
    return {
        "version": 1,
        "title": "A figure",
        "caption": "What it shows.",
        "graph": hashlib.sha256(graph).hexdigest()[:16],
        "executors": ["interpreter"],
        "weights": "float32",
        "inputs": [name.removeprefix("@") for name in inputs_of(graph)],
        "outputs": {k: {"dtype": t, "shape": list(s)} for k, (t, s) in outputs.items()},
        "controls": {},
        "state": {},
        "noise": {},
        "seed": 1,
        "steps_per_frame": 1,
        "views": views,
        **more,
    }


def inputs_of(graph: bytes) -> list[str]:
    return [value.name for value in onnx.load_from_string(graph).graph.input]


def still(views: list, title="A figure", **arrays) -> tuple[dict, bytes]:
    """A figure that shows the given arrays: states that a step leaves as they are."""
    arrays = {name: np.asarray(value) for name, value in arrays.items()}
    arrays = {k: v.astype(np.float32) if v.dtype == np.float64 else v for k, v in arrays.items()}
    outputs = {name: (value.dtype.name, value.shape) for name, value in arrays.items()}
    nodes = [helper.make_node("Identity", [f"@{name}"], [f"={name}"]) for name in arrays]
    graph = model(nodes, outputs, outputs)
    states = {name: encoded(value) for name, value in arrays.items()}
    return spec(graph, outputs, views, state=states, title=title), graph


def slot(figure: dict, room: dict) -> str:
    """The HTML that the static site holds (frontend/README.md, "The slot on the static site")."""
    data = json.dumps(figure).replace("<", "\\u003c")
    return (
        f'<div class="genedu-explore" data-graph="{figure["graph"]}">'
        f'<script type="application/json">{data}</script>'
        f'<p class="genedu-explore-title">{html.escape(figure["title"])}</p>'
        f'<div class="genedu-explore-room" style="--wide: {room["wide"]}px; --narrow: '
        f'{room["narrow"]}px"><div class="genedu-explore-poster"><svg role="img" '
        'aria-label="poster" viewBox="0 0 100 50" width="200" height="100"></svg></div></div>'
        f'<p class="genedu-explore-caption">{html.escape(figure["caption"])}</p>'
        "<noscript>This figure moves only with JavaScript.</noscript></div>"
    )


PAGE = """<!doctype html><html lang="en"><meta charset="utf8"><title>Figures</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="_static/genedu/explore.css">
<style>html {{ font: 16px sans-serif; background: #fff; color: #1c2530 }}
html[data-theme="dark"] {{ background: #14181e; color: #e4e8ec }}
main {{ max-width: 44rem; margin: auto }}</style>
<main><h1>Figures</h1>{slots}</main>
<script type="module" src="_static/genedu/explore.js"></script></html>"""


def write_site(folder: Path, static: Path, figures: list[tuple[dict, bytes]], rooms: list[dict]):
    """A page with the figures and everything they need, below `folder`."""
    home = folder / "_static" / "genedu"
    (home / "graphs").mkdir(parents=True, exist_ok=True)
    for name in ("explore.js", "explore.css"):
        (home / name).write_bytes((static / name).read_bytes())
    for figure, graph in figures:
        (home / "graphs" / f"{figure['graph']}.onnx").write_bytes(graph)
    slots = "".join(slot(figure, room) for (figure, _), room in zip(figures, rooms, strict=True))
    (folder / "index.html").write_text(PAGE.format(slots=slots), encoding="utf8")
