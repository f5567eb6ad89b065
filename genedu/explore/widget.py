"""An explorable in a notebook: an anywidget whose kernel runs ``fn`` where the page cannot."""

import functools
import html
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import anywidget
import torch
import traitlets

from .figure import TYPES

if TYPE_CHECKING:
    from .figure import Explorable

__all__ = ["ExplorableWidget", "make"]

STATIC = Path(__file__).parent / "static"
KINDS = {name: kind for kind, name in TYPES.items()}


class Asset(anywidget.AnyWidget):
    """A file, compressed, that travels once however many figures of a notebook use it."""

    _esm = "export default {}"
    data = traitlets.Bytes(b"").tag(sync=True)


class ExplorableWidget(anywidget.AnyWidget):
    """The figure's model; frontend/README.md, "The widget", names its traits and messages."""

    _esm = STATIC / "stub.js"
    spec = traitlets.Unicode().tag(sync=True)  # JSON: a saved dictionary would lose its order
    graph = traitlets.Unicode().tag(sync=True)
    frontend = traitlets.Unicode().tag(sync=True)
    runtime = traitlets.Unicode("").tag(sync=True)


class Still:
    """The picture, and why it cannot move, where a notebook lets no widget be made."""

    def __init__(self, figure: "Explorable", error: Exception):
        self.figure, self.error = figure, error

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        reason = f"This figure cannot move here, so its picture stands still. {self.error}"
        return {"text/html": f"{self.figure.poster}<p>{html.escape(reason)}</p>"}, {}


@functools.cache
def asset(data: bytes) -> Asset:
    """Return the asset for these bytes, the same one each time."""
    return Asset(data=zlib.compress(data, 9))


def make(figure: "Explorable") -> ExplorableWidget | Still:
    """Return the widget of a figure, connected to the kernel.

    In Colab, anywidget itself asks for the manager that shows widgets of others, and raises what
    that raises.
    """
    try:
        widget = ExplorableWidget(
            spec=json.dumps(figure.spec),
            graph=asset(figure.graph.data).model_id,
            frontend=asset((STATIC / "explore.js").read_bytes()).model_id,
        )
    except Exception as error:  # whatever it is, the reader sees the figure
        return Still(figure, error)
    widget.on_msg(functools.partial(answer, figure))
    return widget


def answer(figure: "Explorable", widget, content: dict, buffers: Sequence) -> None:
    """Answer a message of the page: is a kernel there, and what does ``fn`` give?"""
    if content.get("kind") == "hello":
        widget.send({"kind": "hello"})
    elif content.get("kind") == "run":
        reply = {"id": content["id"]}
        try:
            outputs = figure.evaluate(_tensors(content["inputs"], buffers))
        except Exception as error:  # whatever it is, the page has to hear of it
            widget.send({**reply, "kind": "failure", "message": str(error)})
            return
        described = [
            {"name": name, "dtype": TYPES[value.dtype], "shape": [*value.shape]}
            for name, value in outputs.items()
        ]
        data = [value.contiguous().numpy().tobytes() for value in outputs.values()]
        widget.send({**reply, "kind": "result", "outputs": described}, data)


def _tensors(described: Sequence[dict], buffers: Sequence) -> dict[str, torch.Tensor]:
    return {
        one["name"]: torch.frombuffer(bytearray(data), dtype=KINDS[one["dtype"]]).reshape(
            one["shape"]
        )
        for one, data in zip(described, buffers, strict=True)
    }
