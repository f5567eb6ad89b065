"""Slots, accessibility, layout, executors: a figure in its page."""

import base64

import numpy as np
import pytest
from onnx import TensorProto, helper
from page_bundle import ROOT
from page_figures import counter, doubled, pixels, slider
from pages import model, spec, still

FOCUS_IS_SEEN = """() => {
  for (let e = document.activeElement; e !== document.body; e = e.parentElement)
    if (getComputedStyle(e).outlineStyle !== "none") return true;
  return false;
}"""


def many():
    """One of everything that a page may hold."""
    grid = np.linspace(-1, 1, 9)
    square = {"xlim": [-1, 1], "ylim": [-1, 1], "xlabel": "x", "ylabel": "y"}
    views = [
        {
            "kind": "lines",
            "x": "x",
            "y": ["x", "z"],
            "xlabel": "x",
            "ylabel": "height",
            "level": 0,
        },
        {"kind": "heat", "z": "map", "contours": 3, **square},
        {"kind": "images", "images": "map"},
        {"kind": "scatter", "points": ["at"], **square},
        {"kind": "text", "template": "a sentence about {one:.2f} that is rather long for a phone"},
    ]
    arrays = {"x": grid, "z": grid**2, "map": np.outer(grid, grid), "at": np.stack([grid] * 2, 1)}
    figure, graph = still(views, one=np.array(1.5), **arrays)
    pad = {"kind": "pad", "x": [0, 1], "y": [0, 1], "value": [0, 0], "axes": ["a", "b"]}
    image = base64.b64encode(bytes(64)).decode()
    figure["controls"] = {
        "s": slider(0, 1, 0.5, label="a long name of a slider"),
        "c": {"kind": "choice", "options": ["one", "two"], "value": 0, "label": "choice"},
        "t": {"kind": "toggle", "value": False, "label": "toggle"},
        "b": {"kind": "button", "label": "Again", "does": "reset"},
        "p": {**pad, "label": "pad"},
        "d": {"kind": "canvas", "size": [8, 8], "label": "drawing"},
        "i": {
            "kind": "picker",
            "images": [image] * 9,
            "size": [8, 8],
            "value": 0,
            "label": "pictures",
        },
    }
    figure["noise"] = {"u": {"distribution": "normal", "shape": [1], "dtype": "float32"}}
    return figure, graph


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_room_is_known_before(show, node, width):
    figures = [many(), counter(), doubled()]
    page = show(*figures, width=width)
    heights = page.evaluate(
        "[...document.querySelectorAll('.genedu-explore-live')].map((e) => e.offsetHeight)"
    )
    wide = page.evaluate("document.querySelector('.genedu-explore').clientWidth - 24 >= 560")
    for (figure, _), height in zip(figures, heights, strict=True):
        assert height == node.ask("room", spec=figure)["wide" if wide else "narrow"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_python_knows_the_same_rooms(node):
    from genedu.explore.slot import heights

    for figure, _ in (many(), counter(), doubled()):
        room = node.ask("room", spec=figure)
        assert heights(figure) == (room["wide"], room["narrow"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(show, theme):
    page = show(many(), counter())
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    page.wait_for_timeout(500)
    page.add_script_tag(path=ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js")
    found = page.evaluate("axe.run(document.querySelector('main'))")
    assert [(v["id"], v["impact"], v["nodes"][0]["html"]) for v in found["violations"]] == []


def test_every_control_is_reached_by_tab(show):
    page = show(many())
    seen = []
    while True:
        page.keyboard.press("Tab")
        if seen and page.evaluate("!document.activeElement.closest('.genedu-explore')"):
            break
        active = "(document.activeElement.labels?.[0] ?? document.activeElement)"
        seen.append(
            page.evaluate(f"document.activeElement.ariaLabel || {active}.textContent.trim()")
        )
        ring = page.evaluate(FOCUS_IS_SEEN)
        assert ring, f"no visible focus on {seen[-1]}"
    for name in ("a long name of a slider", "choice", "toggle", "Again", "pad, a", "drawing"):
        assert seen.count(name) == 1, f"{name}: {seen}"
    assert {"image 1 of 9", "Seed", "Play", "Step", "Reset", "Speed"} <= set(seen)


def test_tables_hold_the_numbers(show):
    page = show(counter())
    page.get_by_text("In words and numbers").click()
    page.locator("tbody").wait_for()
    rows = page.locator("table tbody tr").all_inner_texts()
    assert [row.split() for row in rows] == [["0", "10"], ["1", "20"]]
    assert "seen is largest, 20, at 1." in page.locator(".genedu-explore-words").inner_text()


@pytest.mark.parametrize("attribute", ["data-theme", "theme"])  # the site's, Colab's
def test_ink_follows_the_page(show, attribute):
    page = show(counter())
    page.add_style_tag(content=f"html[{attribute}=dark] {{ color: #e4e8ec }}")
    for theme, ink in (("light", (28, 37, 48)), ("dark", (228, 232, 236))):
        page.evaluate(f"document.documentElement.setAttribute('{attribute}', '{theme}')")
        page.wait_for_timeout(600)
        image = pixels(page)
        solid = image[(image[..., 3] > 250)][:, :3].astype(int)
        assert (np.abs(solid - ink).max(1) < 12).sum() > 30


def test_until_it_is_near_the_poster_stands(show):
    page = show(*[counter()] * 6, wait=False)
    first = page.locator(".genedu-explore").first
    first.and_(page.locator("[data-executor]")).wait_for()
    assert not first.locator(".genedu-explore-poster").is_visible()
    last = page.locator(".genedu-explore").last
    assert last.get_attribute("data-state") is None
    assert last.locator(".genedu-explore-poster").is_visible()
    before = page.evaluate("document.documentElement.scrollHeight")
    last.scroll_into_view_if_needed()
    last.and_(page.locator("[data-executor]")).wait_for()
    assert page.evaluate("document.documentElement.scrollHeight") == before


def test_without_scripts_and_on_paper(show):
    page = show(counter(), java_script_enabled=False, wait=False)
    assert page.locator(".genedu-explore-poster").is_visible()
    assert page.locator(".genedu-explore-room").bounding_box()["height"] < 200
    page = show(counter())
    page.emulate_media(media="print")
    assert page.locator(".genedu-explore-poster").is_visible()
    assert not page.locator(".genedu-explore-live").is_visible()


def test_a_figure_that_cannot_run_says_so(show):
    conv = model(
        [helper.make_node("Conv", ["@a", "w"], ["=y"])],
        {"a": ("float32", [1, 1, 3, 3])},
        outputs := {"y": ("float32", [1, 1, 2, 2])},
        {"w": np.ones((1, 1, 2, 2), np.float32)},
    )
    control = {"kind": "canvas", "size": [3, 3], "label": "a", "shape": [1, 1, 3, 3]}
    views = [{"kind": "images", "images": "y"}]
    executors = ["interpreter", "kernel"]
    figure = spec(conv, outputs, views, controls={"a": control}, executors=executors)
    page = show((figure, conv))
    place = page.locator(".genedu-explore")
    assert place.get_attribute("data-state") == "failed"
    assert place.locator(".genedu-explore-poster").is_visible()
    said = place.locator(".genedu-explore-failure").inner_text()
    assert said.startswith("This figure cannot move here, so its picture stands still.")
    assert "Conv" in said
    assert "no kernel" in said


@pytest.mark.parametrize("executor", ["interpreter", "onnx"])
def test_every_executor_gives_the_same(show, executor):
    kinds = {"x": ("float32", [3]), "n": ("int64", [2]), "b": ("bool", [2])}
    nodes = [
        helper.make_node("Exp", ["@x"], ["=e"]),
        helper.make_node("Neg", ["@n"], ["=m"]),
        helper.make_node("Not", ["@b"], ["=c"]),
        helper.make_node("Cast", ["@n"], ["=f"], to=TensorProto.FLOAT),
    ]
    outputs = {
        "e": ("float32", [3]),
        "m": ("int64", [2]),
        "c": ("bool", [2]),
        "f": ("float32", [2]),
    }
    graph = model(nodes, kinds, outputs)
    control = {"kind": "slider", **slider(0, 1, 0.5)}
    controls = {
        "x": {**control, "shape": [3]},
        "n": {**control, "dtype": "int64", "shape": [2]},
        "b": {**control, "dtype": "bool", "shape": [2]},
    }
    figure = spec(
        graph,
        outputs,
        [{"kind": "text", "template": "x"}],
        controls=controls,
        executors=["interpreter", "onnx"],
    )
    page = show((figure, graph), query=f"?executor={executor}", ort=True)
    assert page.locator(".genedu-explore-failure:not([hidden])").all_inner_texts() == []
    assert page.locator(".genedu-explore").get_attribute("data-executor") == executor
    given = {
        "x": {"type": "float32", "shape": [3], "data": [0, 1, -2]},
        "n": {"type": "int64", "shape": [2], "data": [5, -7]},
        "b": {"type": "bool", "shape": [2], "data": [1, 0]},
    }
    got = page.evaluate(
        "(given) => document.querySelector('.genedu-explore').explorable.evaluate(given)", given
    )
    assert got["e"]["data"] == pytest.approx(np.exp([0, 1, -2]), rel=1e-6)
    assert got["m"] == {"type": "int64", "shape": [2], "data": [-5, 7]}
    assert got["c"] == {"type": "bool", "shape": [2], "data": [0, 1]}
    assert got["f"]["data"] == [5, -7]


@pytest.mark.parametrize("executor", ["interpreter", "onnx"])
def test_a_transpose_before_a_vector_stays(show, executor):
    """ONNX Runtime takes it away, where nobody forbids that."""
    matrix = {"w": ("float32", [3, 2])}
    nodes = [
        helper.make_node("Transpose", ["@w"], ["t"], perm=[1, 0]),
        helper.make_node("MatMul", ["t", "ones"], ["=y"]),
    ]
    sizes = {"y": ("float32", [2])}
    graph = model(nodes, matrix, sizes, {"ones": np.ones(3, np.float32)})
    noise = {"w": {"distribution": "uniform", "shape": [3, 2], "dtype": "float32"}}
    figure = spec(graph, sizes, [{"kind": "bars", "y": ["y"]}], noise=noise)
    figure["executors"] = [executor]
    page = show((figure, graph), ort=True)
    given = {"w": {"type": "float32", "shape": [3, 2], "data": [1, 2, 3, 4, 5, 6]}}
    got = page.evaluate(
        "(given) => document.querySelector('.genedu-explore').explorable.evaluate(given)", given
    )
    assert got["y"]["data"] == [9, 12]


def test_figures_share_one_runtime_without_disturbing_each_other(show):
    figures = [doubled(), counter(), doubled(**slider(0, 9, 4.0, label="other"))]
    figures = [({**figure, "executors": ["onnx"]}, graph) for figure, graph in figures]
    page = show(*figures, ort=True)
    shown = page.evaluate(
        """async () => {
          const slots = [...document.querySelectorAll(".genedu-explore")];
          const a = (data) => ({ a: { type: "float32", shape: [], data } });
          const ask = (i, data) => slots[i].explorable.evaluate(a(data));
          const all = [...Array(30).keys()].map((i) => ask(2 * (i % 2), [i]));
          return (await Promise.all(all)).map(({ y }) => y.data[0]);
        }"""
    )
    assert shown == [2 * i for i in range(30)]
