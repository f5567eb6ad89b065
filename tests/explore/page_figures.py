"""Figures for the tests of the page, and how to read what it shows."""

import base64
import io

import numpy as np
from onnx import helper
from pages import encoded, model, spec


def slider(low, high, value, step=0.1, label="size", **more):
    numbers = {"min": low, "max": high, "value": value, "step": step}
    return {"kind": "slider", "label": label, "dtype": "float32", "shape": [], **numbers, **more}


def doubled(**control):
    """y = 2 a, with a control for a."""
    control = control or slider(-3, 3, 1.0)
    graph = model(
        [helper.make_node("Add", ["@a", "@a"], ["=y"])],
        {"a": ("float32", [])},
        outputs := {"y": ("float32", [])},
    )
    text = {"kind": "text", "template": "twice is {y:.2f}"}
    return spec(graph, outputs, [text], controls={"a": control}), graph


def counter(**more):
    """A walk: x goes up by noise plus a, in each step; what is seen is 10 x."""
    nodes = [
        helper.make_node("Add", ["@x", "@u"], ["s"]),
        helper.make_node("Add", ["s", "@a"], ["=x"]),
        helper.make_node("Mul", ["@x", "ten"], ["=seen"]),
        helper.make_node("Add", ["@u", "@a"], ["=drift"]),
    ]
    inputs = {"x": ("float32", [2]), "u": ("float32", [2]), "a": ("float32", [])}
    outputs = {name: ("float32", [2]) for name in ("x", "seen", "drift")}
    graph = model(nodes, inputs, outputs, {"ten": np.float32(10)})
    bars = {"kind": "bars", "y": ["seen"], "ylim": [0, 100]}
    views = more.pop("views", [bars, {"kind": "text", "template": "after {step} steps"}])
    state = {"x": encoded(np.array([1, 2], np.float32))}
    noise = {"u": {"distribution": "uniform", "shape": [2], "dtype": "float32"}}
    controls = {"a": slider(0, 5, 1.0)}
    more = {"state": state, "noise": noise, "controls": controls, "seed": 5, **more}
    return spec(graph, outputs, views, **more), graph


def current(page, name, number=0):
    """The values that the figure shows now."""
    slot = f"document.querySelectorAll('.genedu-explore')[{number}].explorable"
    return np.array(page.evaluate(f"{slot}.current()")[name]["data"])


def pixels(page, number=0, canvas=".genedu-explore-view canvas"):
    """The pixels of a view's canvas, (rows, columns, RGBA)."""
    from PIL import Image

    address = page.evaluate(f"document.querySelectorAll('{canvas}')[{number}].toDataURL()")
    return np.array(
        Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGBA")
    )


def like(image, colour, tolerance=40):
    """Which pixels are solid and of a colour."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    near = np.abs(image[..., :3].astype(int) - wanted).max(-1) < tolerance
    return near & (image[..., 3] > 200)


BLUE, ORANGE, RED = "#3f8fd2", "#e0761a", "#d84a4a"


def frame(image):
    """The box of the axes: rows and columns of its border (top, bottom, left, right)."""
    ink = image[..., 3] > 100
    rows = np.flatnonzero(ink.sum(1) > 0.8 * ink.sum(1).max())
    columns = np.flatnonzero(ink.sum(0) > 0.8 * ink.sum(0).max())
    return rows[0], rows[-1], columns[0], columns[-1]


def passed_on(control, shape, kind="float32"):
    """y = the control's value."""
    graph = model(
        [helper.make_node("Identity", ["@a"], ["=y"])],
        {"a": (kind, shape)},
        outputs := {"y": (kind, shape)},
    )
    return spec(
        graph, outputs, [{"kind": "text", "template": "x"}], controls={"a": control}
    ), graph
