"""The picture of a figure: every view is drawn, described, and the same each time."""

from xml.etree import ElementTree

import pytest
import torch

from genedu.display import INK
from genedu.explore import Bars, Field, Heat, Images, Lines, Paths, Scatter, Text
from genedu.explore.poster import describe, draw, sentences

VALUES = {
    "x": torch.linspace(0, 1, 5),
    "y": torch.linspace(0, 2, 5) ** 2,
    "z": torch.outer(torch.linspace(0, 1, 4), torch.linspace(0, 1, 6)),
    "p": torch.rand(9, 2, generator=torch.Generator().manual_seed(0)),
    "one": torch.tensor([0.5, 0.5]),
    "pictures": torch.rand(7, 4, 6, generator=torch.Generator().manual_seed(1)),
    "walks": torch.rand(3, 7, 2, generator=torch.Generator().manual_seed(2)),
    "n": torch.tensor(1.25),
}
LIMITS = {"xlim": (0, 1), "ylim": (0, 1), "xlabel": "left", "ylabel": "up"}
VIEWS = [
    Lines("x", ["y", "x"], labels=["square", "line"], level="n"),
    Bars(["x", "y"], ticks=["a", "b", "c", "d", "e"]),
    Scatter("p", alt="Nine points", **LIMITS),
    Heat("z", points=["p", "one"], contours=[0.25], **LIMITS),
    Images("pictures", columns=3),
    Images("z"),
    Field("p", "p", points="one", scale=0.1, **LIMITS),
    Paths("walks"),
]


def spec(*views):
    return {"title": "A < figure", "views": [view.spec() for view in views]}


@pytest.mark.parametrize("views", [[view] for view in VIEWS] + [VIEWS[:2], VIEWS[:3], VIEWS])
def test_every_view_is_drawn_as_one_picture_in_the_page_s_ink(views):
    made = draw(spec(*views), VALUES)
    picture = ElementTree.fromstring(made)  # well-formed, one element
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == describe(spec(*views), VALUES)
    assert INK not in made
    assert made == draw(spec(*views), VALUES)


def test_a_missing_number_leaves_a_gap_and_no_error():
    broken = {**VALUES, "y": VALUES["y"].clone(), "z": VALUES["z"].clone()}
    broken["y"][2], broken["z"][1, 1] = torch.nan, torch.inf
    for view in VIEWS[:4]:
        ElementTree.fromstring(draw(spec(view), broken))


def test_words_stand_for_the_picture():
    made = spec(VIEWS[0], VIEWS[2], Text("n is {n:.1f} < 2"))
    said = describe(made, VALUES)
    assert said == (
        "“A < figure” at its first values. Curves: square, line. Nine points. n is 1.2 < 2."
    )
    assert sentences(made, VALUES) == ["n is 1.2 < 2"]
    assert "<p>n is 1.2 &lt; 2</p>" in draw(made, VALUES)


def test_a_figure_of_words_alone_has_no_picture():
    assert draw(spec(Text("n is {n:.2f}")), VALUES) == "<p>n is 1.25</p>"
