"""The place of a figure on the static site: its HTML, and the room that it takes.

The heights are those of `frontend/src/layout.ts`, so that nothing moves when the figure comes
alive in the place of its picture.
"""

import html
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

__all__ = ["MIME", "WIDE", "columns", "heights", "rows", "sheet", "slot"]

MIME = "application/vnd.genedu.explore+json"
"""What a notebook of the book holds: spec, poster and graph, for `genedu.site.explorables`."""

GRAPH, TITLE, SMALL, LARGE, PICKER, WORDS, GAP = 300, 20, 56, 248, 104, 32, 8
SPACE, LABEL, LEAST = 4, 16, 0.25  # between images, and below them; pixels of a value


class Form(NamedTuple):
    """What a slot is taken to hold across, in pixels and in letters of a sentence."""

    width: int
    letters: int
    player: int
    controls: int


WIDE, NARROW = Form(660, 84, 44, 2), Form(310, 42, 96, 1)


def slot(spec: Mapping, poster: str) -> str:
    """Return the HTML of a figure: spec, picture, and a sentence for those without scripts.

    >>> spec = {"graph": "abc", "title": "Wave", "caption": "", "controls": {}, "views": [],
    ...         "state": {}, "noise": {}}
    >>> slot(spec, "<svg></svg>")[:48]
    '<div class="genedu-explore" data-graph="abc"><sc'
    """
    wide, narrow = heights(spec)
    data = json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c")
    caption = html.escape(spec["caption"])
    return (
        f'<div class="genedu-explore" data-graph="{spec["graph"]}">'
        f'<script type="application/json">{data}</script>'
        f'<p class="genedu-explore-title">{html.escape(spec["title"])}</p>'
        f'<div class="genedu-explore-room" style="--wide: {wide}px; --narrow: {narrow}px">'
        f'<div class="genedu-explore-poster">{poster}</div></div>'
        + (f'<p class="genedu-explore-caption">{caption}</p>' if caption else "")
        + '<noscript><p class="genedu-explore-caption">This figure can be moved where JavaScript '
        "runs; its picture shows the first values.</p></noscript></div>"
    )


def columns(graphs: int) -> int:
    """Return how many graphs stand side by side where there is room.

    >>> [columns(graphs) for graphs in (1, 2, 3, 4)]
    [1, 2, 3, 2]
    """
    return max(graphs, 1) if graphs < 4 else 2


class Sheet(NamedTuple):
    """How the images of a view are laid out: pixels of a value, and between images."""

    across: int
    down: int
    zoom: float
    right: float
    below: float


def sheet(view: Mapping, shape: Sequence[int], width: float, height: float) -> Sheet:
    """Return how images ``(…, h, w)`` share a width and a height.

    >>> sheet({"columns": 5}, (10, 28, 28), 326, 300)
    Sheet(across=5, down=2, zoom=2.0, right=60.0, below=60.0)
    """
    *counts, tall, broad = shape
    count = max(math.prod(counts), 1)
    under = SPACE + (LABEL if view.get("labels") else 0)

    def fit(across: int) -> float:
        down = math.ceil(count / across)
        return max(min((width / across - SPACE) / broad, (height / down - under) / tall), LEAST)

    across = view.get("columns") or max(range(1, count + 1), key=fit)
    # whole pixels, or halves of them, for each value where there is room
    zoom = math.floor(2 * fit(across) + 1e-6) / 2 if fit(across) > 2 else fit(across)
    return Sheet(
        across, math.ceil(count / across), zoom, zoom * broad + SPACE, zoom * tall + under
    )


def heights(spec: Mapping) -> tuple[int, int]:
    """Return the height of the figure in a wide column and on a narrow screen.

    >>> slider = {"kind": "slider"}
    >>> lines = {"kind": "lines"}
    >>> heights({"controls": {"a": slider}, "views": [lines], "state": {}, "noise": {}})
    (404, 404)
    """
    return _height(spec, WIDE), _height(spec, NARROW)


def rows(spec: Mapping, form: Form) -> list[list[tuple[Mapping, float]]]:
    """Return the graphs as they stand beside each other, each with its width."""
    graphs = [view for view in spec["views"] if view["kind"] != "text"]
    across = columns(len(graphs)) if form is WIDE else 1
    beside = [graphs[start : start + across] for start in range(0, len(graphs), across)]
    return [[(view, (form.width + GAP) / len(row) - GAP) for view in row] for row in beside]


def _height(spec: Mapping, form: Form) -> int:
    controls = [control["kind"] for control in spec["controls"].values()]
    pickers = controls.count("picker")
    large = controls.count("pad") + controls.count("canvas")
    small = len(controls) - large - pickers
    blocks = [
        *[max(_graph(spec, view, width) for view, width in row) for row in rows(spec, form)],
        *[_text(view, form) for view in spec["views"] if view["kind"] == "text"],
        *[SMALL] * -(-small // form.controls),
        *[LARGE] * -(-large // form.controls),
        *[PICKER] * pickers,
        *[form.player] * bool(spec["state"] or spec["noise"]),
        WORDS,
    ]
    return sum(blocks) + GAP * (len(blocks) - 1)


def _graph(spec: Mapping, view: Mapping, width: float) -> int:
    if view["kind"] != "images":
        return GRAPH
    name, title = view["images"], TITLE if view.get("title") else 0
    shape = (spec["outputs"].get(name) or spec["state"][name])["shape"]
    made = sheet(view, shape, width, GRAPH - title)
    return min(title + math.ceil(made.down * made.below), GRAPH)


def _text(view: Mapping, form: Form) -> int:
    """The lines of a sentence; a number in it is taken to have five letters."""
    letters = len(re.sub(r"\{[^}]*\}", "00000", view["template"]))
    return 4 + 24 * max(-(-letters // form.letters), 1)
