"""The picture of a figure: every view is drawn, described, and the same each time."""

import math
import re
from xml.etree import ElementTree

import pytest
import torch

from genedu.display import INK
from genedu.explore import (
    Bars,
    Field,
    Heat,
    Images,
    Lines,
    Paths,
    Scatter,
    Slider,
    Text,
    explore,
)
from genedu.explore.poster import draw, sentences

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


SVG = "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("views", [[view] for view in VIEWS] + [VIEWS[:2], VIEWS[:3], VIEWS])
def test_every_view_is_a_picture_in_the_page_s_ink(views):
    made = draw(spec(*views), VALUES)
    pictures = ElementTree.fromstring(made)  # well-formed, one element
    assert pictures.get("aria-label") == "“A < figure” at its first values."
    assert [picture.get("role") for picture in pictures.iter(SVG)] == ["img"] * len(views)
    assert all(picture.get("aria-label") for picture in pictures.iter(SVG))
    assert INK not in made
    assert made == draw(spec(*views), VALUES)


def test_a_sheet_is_as_high_as_its_pictures():
    made = ElementTree.fromstring(draw(spec(Images("pictures", columns=7)), VALUES))
    _, _, width, height = map(float, made.find(f".//{SVG}").get("viewBox").split())
    assert width / height == pytest.approx(7 * 6 / 4, rel=0.15)  # seven pictures of 4 by 6


def test_title_and_legend_stand_above_the_axes():
    line = Lines("x", ["y", "x"], labels=["square", "a long name of a line"], title="Two")
    made = draw(spec(line), VALUES)
    frame, legend = made.split('patch_2">')[1], made.split('legend_1">')[1]
    corners = re.findall(r"[ML] [\d.]+ ([\d.]+)", frame.split("</g>")[0])
    marks = re.findall(r'line2d_\d+">\s*<path d="M [\d.]+ ([\d.]+)', legend)
    assert len(marks) == 2
    assert max(map(float, marks)) < min(map(float, corners))  # downwards, as SVG counts


def test_a_missing_number_leaves_a_gap_and_no_error():
    broken = {**VALUES, "y": VALUES["y"].clone(), "z": VALUES["z"].clone()}
    broken["y"][2], broken["z"][1, 1] = torch.nan, torch.inf
    for view in VIEWS[:4]:
        ElementTree.fromstring(f"<div>{draw(spec(view), broken)}</div>")


def test_words_stand_for_the_picture():
    made = spec(VIEWS[0], VIEWS[2], Text("n is {n:.1f} < 2"))
    picture = draw(made, VALUES)
    assert 'aria-label="Curves: square, line."' in picture
    assert 'aria-label="Nine points"' in picture
    assert sentences(made, VALUES) == ["n is 1.2 < 2"]
    assert "<p>n is 1.2 &lt; 2</p>" in picture


def test_a_figure_of_words_alone_has_no_picture():
    assert draw(spec(Text("n is {n:.2f}")), VALUES) == "<p>n is 1.25</p>"


def test_what_no_graph_can_show_is_said_in_words():
    def broken(a):
        x = torch.linspace(0, 1, 20)
        return {"x": x, "y": torch.log(x - a), "z": x / 0, "lost": a * math.nan, "fine": x * a}

    controls = {"a": Slider(0, 0.99, 0.5)}
    graphs = Lines("x", ["y", "fine"]), Lines("x", "z")
    poster = explore(broken, controls=controls, view=[*graphs, Text("{lost}")]).poster
    said = re.findall(r"<p>(.*?)</p>", poster)[1:]
    assert said == [
        "10 of 20 values of y are not a number (NaN).",  # x < 0.5, and no x is 0.5
        "All values of z are not a number (NaN) or infinite.",  # 0/0, and x/0
    ]
