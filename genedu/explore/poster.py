"""The picture of a figure at its first values: what stands on the page until it comes alive."""

import html
from collections.abc import Callable, Mapping

import matplotlib as mpl
import numpy as np
from torch import Tensor

from ..display import COLOURS, INK, style, svg
from ..plots.frame import array, colours_of, new_figure
from .slot import GRAPH, WIDE, columns, rows, sheet
from .views import Text

__all__ = ["draw", "sentences"]

WIDTHS = {1: 4.0, 2: 3.4, 3: 2.6}  # inches, by how many stand beside each other; a phone has 3.2
WHOLE_ROW = ' style="grid-column: 1 / -1"'
DPI = 96  # of a page
DASHES = ("-", "--", ":", "-.")  # a second cue beside the colour
MARKS = ("o", "s", "^", "D")

Values = Mapping[str, Tensor]


def draw(spec: Mapping, values: Values) -> str:
    """Return the views as inline SVGs, each with a text, and the sentences as paragraphs."""
    beside = rows(spec, WIDE)
    graphs = "".join(
        f"<div{WHOLE_ROW if len(row) == 1 else ''}>{_graph(view, values, len(row), width)}</div>"
        for row in beside
        for view, width in row
    )
    said = sentences(spec, values) + gaps(spec, values)
    words = [f"<p>{html.escape(sentence)}</p>" for sentence in said]
    if not graphs:
        return "".join(words)
    label = html.escape(f"“{spec['title']}” at its first values.", quote=True)
    across = columns(sum(map(len, beside)))
    return (
        f'<div class="genedu-explore-graphs" role="group" aria-label="{label}" '
        f'style="--columns: {across}">{graphs}</div>{"".join(words)}'
    )


def sentences(spec: Mapping, values: Values) -> list[str]:
    """Return the text views with their numbers."""
    numbers = {name: value.item() for name, value in values.items() if value.numel() == 1}
    texts = [view["template"] for view in spec["views"] if view["kind"] == "text"]
    return [Text(template).words(numbers) for template in texts]


def gaps(spec: Mapping, values: Values) -> list[str]:
    """Say what of the values no graph can show, as the page says it."""
    fields = [field for view in spec["views"] for field in view.values()]
    named = [[field] if isinstance(field, str) else field for field in fields]
    lists = [each for each in named if isinstance(each, list | tuple)]
    names = dict.fromkeys(name for each in lists for name in each if isinstance(name, str))
    return [_trouble(name, values[name]) for name in names if _lost(values.get(name))]


def _lost(value: Tensor | None) -> int:
    return 0 if value is None else int((~value.isfinite()).sum())


def _trouble(name: str, value: Tensor) -> str:
    kinds = ("not a number (NaN)", value.isnan()), ("infinite", value.isinf())
    what = " or ".join(words for words, there in kinds if there.any())
    lost, count = _lost(value), value.numel()
    if count == 1:
        return f"{name} is {what}."
    many = f"All values of {name}" if lost == count else f"{lost} of {count} values of {name}"
    return f"{many} are {what}."


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


def _graph(view: Mapping, values: Values, beside: int, width: float) -> str:
    """Return one view as an SVG; ``width`` is that of its place on a wide page, in pixels."""
    size = WIDTHS[beside], GRAPH / DPI
    if view["kind"] == "images":
        made = sheet(view, values[view["images"]].shape, width, GRAPH)
        size = made.across * made.right / DPI, made.down * made.below / DPI
        view = {**view, "sheet": made}
    figure, axes = new_figure(size)
    axis = axes[0, 0]
    with mpl.rc_context(style()):
        DRAWERS[view["kind"]](axis, view, values)
        _frame(axis, view)
    for words in figure.findobj(mpl.text.Text):
        words.set_parse_math(False)  # the page shows a $ as it stands
    return svg(figure, view.get("alt") or SHOWS[view["kind"]](view))


def _frame(axis, view: Mapping) -> None:
    """Title and legend above the axes, where they cover nothing; names and ranges."""
    figure, title = axis.figure, view.get("title")
    labels = axis.get_legend_handles_labels()[1]
    if title and not labels:
        figure.suptitle(title, fontsize=10)
    if view["kind"] == "images":
        height = figure.get_figheight()
        figure.set_layout_engine("none")
        figure.set_figheight(height + 0.25 * bool(title))
        axis.set_position([0, 0, 1, height / figure.get_figheight()])
        return
    names = ("xlim", "ylim", "xlabel", "ylabel")
    axis.set(**{name: view[name] for name in names if name in view})
    limits = view.get("xlim"), view.get("ylim")
    square = view["kind"] in ("scatter", "heat", "field", "paths") and all(limits)
    if square and np.isclose(np.ptp(limits[0]), np.ptp(limits[1])):
        axis.set_aspect("equal")
    if labels:
        inches = [0.4 + 0.07 * len(label) for label in labels]
        whole = figure.get_figwidth()
        legend = figure.legend(
            title=title,
            loc="outside upper center",
            ncols=len(labels) if sum(inches) < whole else max(int(whole / max(inches)), 1),
            handlelength=1.8,
            handletextpad=0.5,
            columnspacing=1.2,
            borderaxespad=0.2,
        )
        for handle in legend.legend_handles:
            if isinstance(handle, mpl.lines.Line2D):
                handle.set_markersize(6)


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
    many = len(x) > 100
    look = {"ms": 3, "mew": 0} if many else {"ms": 5.5, "mew": 1 if edge else 0, **edge}
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
    tall, broad = pictures.shape[-2:]
    pictures = pictures.reshape(-1, tall, broad)
    made = view["sheet"]
    right, below = (round(length / made.zoom) for length in (made.right, made.below))
    whole = np.full((made.down * below, made.across * right), np.nan)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, made.across)
        top, left = row * below, column * right
        whole[top : top + tall, left : left + broad] = picture
        for label in view.get("labels", ())[number : number + 1]:
            place = left + broad / 2, top + tall
            axis.text(*place, label, ha="center", va="top", fontsize=8)
    low, high = view["limits"]
    axis.imshow(whole, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
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
    axis.plot(*paths.transpose(2, 1, 0), color=INK, lw=1, alpha=0.35 if len(paths) > 20 else 0.7)
    for label, place, colour, mark in zip(("start", "end"), (0, -1), COLOURS, MARKS, strict=False):
        axis.plot(*paths[:, place].T, mark, color=colour, label=label, ms=4)


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
