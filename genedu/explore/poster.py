"""The picture of a figure at its first values: what stands on the page until it comes alive."""

import html
from collections.abc import Callable, Mapping

import matplotlib as mpl
import numpy as np
from torch import Tensor

from ..display import COLOURS, INK, style, svg
from ..plots.frame import array, colours_of, new_figure
from .slot import columns
from .views import Text

__all__ = ["describe", "draw"]

WIDTH, HEIGHT = 7.4, 3.0  # inches, of a row
DASHES = ("-", "--", ":", "-.")  # a second cue beside the colour
MARKS = ("o", "s", "^", "D")

Values = Mapping[str, Tensor]


def draw(spec: Mapping, values: Values) -> str:
    """Return the views as one inline SVG with a text, and the sentences as paragraphs."""
    graphs = [view for view in spec["views"] if view["kind"] != "text"]
    parts = []
    if graphs:
        across = columns(len(graphs))
        down = -(-len(graphs) // across)
        width = WIDTH if across > 1 else 5.4
        figure, axes = new_figure((width, HEIGHT * down), down, across)
        with mpl.rc_context(style()):
            for axis, view in zip(axes.flat, graphs, strict=False):
                DRAWERS[view["kind"]](axis, view, values)
                _frame(axis, view)
        for axis in axes.flat[len(graphs) :]:
            axis.set_axis_off()
        parts.append(svg(figure, describe(spec, values)))
    parts += [f"<p>{html.escape(words)}</p>" for words in sentences(spec, values)]
    return "".join(parts)


def sentences(spec: Mapping, values: Values) -> list[str]:
    """Return the text views with their numbers."""
    numbers = {name: value.item() for name, value in values.items() if value.numel() == 1}
    texts = [view["template"] for view in spec["views"] if view["kind"] == "text"]
    return [Text(template).words(numbers) for template in texts]


def describe(spec: Mapping, values: Values) -> str:
    """Return in words what the picture shows at the first values."""
    said = [f"“{spec['title']}” at its first values."]
    for view in spec["views"]:
        if view["kind"] != "text":
            said.append(view.get("alt") or SHOWS[view["kind"]](view))
    return " ".join(map(_closed, [*said, *sentences(spec, values)]))


def _closed(words: str) -> str:
    """The words with a full stop, unless they end as a sentence does."""
    return words if words.rstrip().endswith((".", "!", "?", "…")) else f"{words.rstrip()}."


SHOWS: dict[str, Callable[[Mapping], str]] = {
    "lines": lambda view: f"Curves: {', '.join(view['labels'])}.",
    "bars": lambda view: f"Bars: {', '.join(view['labels'])}.",
    "scatter": lambda view: f"Points: {', '.join(view['labels'])}.",
    "heat": lambda view: (
        f"A surface over {view.get('xlabel', 'x')} and {view.get('ylabel', 'y')}."
    ),
    "images": lambda view: "Images.",
    "field": lambda view: "A field of arrows.",
    "paths": lambda view: "Trajectories.",
}


def _frame(axis, view: Mapping) -> None:
    names = ("xlim", "ylim", "xlabel", "ylabel", "title")
    if view["kind"] != "images":
        axis.set(**{name: view[name] for name in names if name in view})
    elif "title" in view:
        axis.set_title(view["title"])
    limits = view.get("xlim"), view.get("ylim")
    square = view["kind"] in ("scatter", "heat", "field", "paths") and all(limits)
    if square and np.isclose(np.ptp(limits[0]), np.ptp(limits[1])):
        axis.set_aspect("equal")
    if len(view.get("labels", ())) > 1 and view["kind"] != "images":
        axis.legend()


def _lines(axis, view: Mapping, values: Values) -> None:
    x = array(values[view["x"]])
    for number, (name, label, colour) in enumerate(_labelled(view, "y")):
        dash = DASHES[number % len(DASHES)]
        axis.plot(x, array(values[name]), dash, color=colour, label=label)
    if (level := view.get("level")) is not None:
        axis.axhline(values[level].item() if isinstance(level, str) else level, color=INK, lw=1)


def _bars(axis, view: Mapping, values: Values) -> None:
    width = 0.8 / len(view["y"])
    for number, (name, label, colour) in enumerate(_labelled(view, "y")):
        heights = array(values[name])
        place = np.arange(len(heights)) - 0.4 + (number + 0.5) * width
        edge = {"edgecolor": INK, "linewidth": 0.8} if number % 2 else {}
        axis.bar(place, heights, width, color=colour, label=label, **edge)
    if ticks := view.get("ticks"):
        steep = sum(map(len, ticks)) > 30
        axis.set_xticks(range(len(ticks)), ticks, rotation=90 if steep else 0, fontsize=8)


def _points(axis, view: Mapping, values: Values) -> None:
    for number, (name, label, colour) in enumerate(_labelled(view, "points")):
        _cloud(axis, values[name], label, colour, MARKS[number % len(MARKS)])


def _on_top(axis, view: Mapping, values: Values) -> None:
    """Points over a surface or a field, which has the first colour."""
    names, labels = view.get("points", ()), view.get("labels", ())
    colours = colours_of(len(names) + 1)[1:]
    for number, (name, label, colour) in enumerate(zip(names, labels, colours, strict=True)):
        _cloud(axis, values[name], label, colour, MARKS[number % len(MARKS)], mec="white")


def _cloud(axis, points: Tensor, label: str, colour: str, mark: str, **edge) -> None:
    x, y = array(points).reshape(-1, 2).T
    many = len(x) > 20
    look = {"ms": 3, "mew": 0} if many else {"ms": 7, "mew": 1 if edge else 0, **edge}
    axis.plot(x, y, mark, color=colour, label=label, rasterized=len(x) > 200, **look)


def _heat(axis, view: Mapping, values: Values) -> None:
    z = array(values[view["z"]])
    low, high = view.get("limits", (None, None))
    x, y = (
        np.linspace(*view[name], count)
        for name, count in zip(("xlim", "ylim"), z.T.shape, strict=True)
    )
    shown = axis.pcolormesh(x, y, z, vmin=low, vmax=high, shading="gouraud", rasterized=True)
    axis.figure.colorbar(shown, ax=axis)
    if contours := view.get("contours"):
        axis.contour(x, y, z, contours, colors="white", linewidths=0.8, linestyles="solid")
    _on_top(axis, view, values)


def _images(axis, view: Mapping, values: Values) -> None:
    pictures = array(values[view["images"]])
    rows, width = pictures.shape[-2:]
    pictures = pictures.reshape(-1, rows, width)
    across = view.get("columns") or int(np.ceil(len(pictures) ** 0.5))
    gap = 2 if len(pictures) > 1 else 0
    down = -(-len(pictures) // across)
    sheet = np.full((down * (rows + gap) - gap, across * (width + gap) - gap), np.nan)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, across)
        top, left = row * (rows + gap), column * (width + gap)
        sheet[top : top + rows, left : left + width] = picture
    low, high = view["limits"]
    axis.imshow(sheet, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
    axis.set_axis_off()


def _field(axis, view: Mapping, values: Values) -> None:
    at, arrows = array(values[view["at"]]), array(values[view["arrows"]])
    # matplotlib's scale is arrow units for one unit of the axes; None: it chooses
    scale = 1 / view["scale"] if "scale" in view else None
    axis.quiver(
        *at.T, *arrows.T, angles="xy", scale_units="xy", color=COLOURS[0], zorder=3, scale=scale
    )
    _on_top(axis, view, values)


def _paths(axis, view: Mapping, values: Values) -> None:
    paths = array(values[view["paths"]])
    for path, colour in zip(paths, colours_of(len(paths)), strict=True):
        axis.plot(*path.T, color=colour, lw=1)


def _labelled(view: Mapping, field: str):
    """``(name, label, colour)`` of every series."""
    return zip(view[field], view["labels"], colours_of(len(view[field])), strict=True)


DRAWERS = {
    "lines": _lines,
    "bars": _bars,
    "scatter": _points,
    "heat": _heat,
    "images": _images,
    "field": _field,
    "paths": _paths,
}
