"""The place of a figure on the static site: its HTML, and the room that it takes.

The heights are those of `frontend/src/layout.ts`, so that nothing moves when the figure comes
alive in the place of its picture.
"""

import html
import json
from collections.abc import Mapping

__all__ = ["MIME", "columns", "heights", "slot"]

MIME = "application/vnd.genedu.explore+json"
"""What a notebook of the book holds: spec, poster and graph, for `genedu.site.explorables`."""

GRAPH, TEXT, SMALL, LARGE, PICKER, WORDS = 300, (28, 52), 56, 248, 104, 32
PLAYER = 44, 96
GAP = 8


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
        # on a narrow screen the picture scrolls rather than shrinks its labels
        f'<div class="genedu-explore-poster" style="overflow-x:auto">{poster}</div></div>'
        + (f'<p class="genedu-explore-caption">{caption}</p>' if caption else "")
        + "<noscript><p>This figure can be moved where JavaScript runs; its picture shows the "
        "first values.</p></noscript></div>"
    )


def columns(graphs: int) -> int:
    """Return how many graphs stand side by side where there is room.

    >>> [columns(graphs) for graphs in (1, 2, 3, 4)]
    [1, 2, 3, 2]
    """
    return max(graphs, 1) if graphs < 4 else 2


def heights(spec: Mapping) -> tuple[int, int]:
    """Return the height of the figure in a wide column and on a narrow screen.

    >>> slider = {"kind": "slider"}
    >>> lines = {"kind": "lines"}
    >>> heights({"controls": {"a": slider}, "views": [lines], "state": {}, "noise": {}})
    (404, 404)
    """
    return _height(spec, wide=True), _height(spec, wide=False)


def _height(spec: Mapping, *, wide: bool) -> int:
    views = [view["kind"] for view in spec["views"]]
    controls = [control["kind"] for control in spec["controls"].values()]
    texts, pickers = views.count("text"), controls.count("picker")
    graphs = len(views) - texts
    large = controls.count("pad") + controls.count("canvas")
    small = len(controls) - large - pickers
    beside = 2 if wide else 1
    blocks = [
        _rows(graphs, columns(graphs) if wide else 1, GRAPH),
        *[TEXT[0] if wide else TEXT[1]] * texts,
        _rows(small, beside, SMALL),
        _rows(large, beside, LARGE),
        *[PICKER] * pickers,
        (PLAYER[0] if wide else PLAYER[1]) if spec["state"] or spec["noise"] else 0,
        WORDS,
    ]
    return _stacked([block for block in blocks if block])


def _rows(count: int, beside: int, height: int) -> int:
    return _stacked([height] * -(-count // beside))


def _stacked(blocks: list[int]) -> int:
    return sum(blocks) + GAP * max(len(blocks) - 1, 0)
