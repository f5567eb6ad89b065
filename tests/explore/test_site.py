"""A figure on the static site: its slot, its files, and how it comes alive without a jump."""

import functools
import http.server
import itertools
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlparse

import gallery
import nbformat
import pytest

from genedu.explore.slot import MIME, heights, slot
from genedu.site.explorables import RUNTIME, Renderer

ROOT = Path(__file__).resolve().parents[2]
CONF = """
extensions = ["myst_nb", "sphinx_book_theme", "genedu.site"]
root_doc = "page"
html_theme = "sphinx_book_theme"
genedu_frontend = {frontend!r}
nb_execution_mode = "off"
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A static file server that does not write into the report."""

    def log_message(self, *args):
        pass


def book_output(figure) -> dict:
    """What a chapter's cell holds after the book's build has run it."""
    before = os.environ.get("GENEDU_BOOK")
    os.environ["GENEDU_BOOK"] = "1"
    try:
        data, _ = figure._repr_mimebundle_()
    finally:
        os.environ.pop("GENEDU_BOOK") if before is None else None
    return {"output_type": "display_data", "data": data, "metadata": {}}


def notebook(*outputs) -> str:
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# A page"}
    cells = [
        {
            "cell_type": "code",
            "id": f"cell{number}",
            "metadata": {},
            "execution_count": 1,
            "source": "figure",
            "outputs": [output],
        }
        for number, output in enumerate(outputs)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel}
    made = {"cells": [title, *cells], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.writes(nbformat.from_dict(made))  # sorts the keys, as every notebook does


def build(folder: Path) -> None:
    source, site = folder / "source", folder / "site"
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(source), str(site)]
    environment = {name: v for name, v in os.environ.items() if name != "GENEDU_BOOK"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def figures():
    return gallery.chapter_9(), gallery.all_parts()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, figures):
    """A site with two pages that show the same figure, and one page of words."""
    folder = tmp_path_factory.mktemp("book")
    source = folder / "source"
    source.mkdir()
    frontend = str(ROOT / "frontend" / "node_modules")
    (source / "conf.py").write_text(CONF.format(frontend=frontend))
    first, second = map(book_output, figures)
    (source / "page.ipynb").write_text(notebook(first, second))
    (source / "again.ipynb").write_text(notebook(first))
    (source / "words.md").write_text("---\norphan: true\n---\n# Words\n\nNothing moves here.\n")
    index = json.loads((source / "page.ipynb").read_text())
    index["cells"][0]["source"] = "# A page\n\n```{toctree}\nagain\n```\n"
    (source / "page.ipynb").write_text(json.dumps(index))
    build(folder)
    return folder


def test_the_page_holds_slot_picture_and_sentence(folder, figures):
    page = (folder / "site" / "page.html").read_text(encoding="utf8")
    for figure in figures:
        start = page.index(f'data-graph="{figure.spec["graph"]}"')
        place = page[start : page.index("</noscript>", start)]
        data = place.split('<script type="application/json">')[1].split("</script>")[0]
        assert json.loads(data) == figure.spec
        assert list(json.loads(data)["controls"]) == list(figure.spec["controls"])  # their order
        assert "genedu-explore-poster" in place
        assert "<svg" in place
        assert "can be moved where JavaScript runs" in place
    assert "base64," not in page.split("<svg")[0]


def test_script_and_style_only_where_a_figure_is(folder):
    pages = {name: (folder / "site" / f"{name}.html").read_text() for name in ("page", "words")}
    assert 'type="module"' in pages["page"]
    assert "_static/genedu/explore.js" in pages["page"]
    assert "_static/genedu/explore.css" in pages["page"]
    assert "genedu/explore" not in pages["words"]


def test_graphs_lie_once_for_the_whole_site(folder, figures):
    graphs = folder / "site" / "_static" / "genedu" / "graphs"
    found = {path.stem: path.read_bytes() for path in graphs.iterdir()}
    assert found == {figure.spec["graph"]: figure.graph.data for figure in figures}
    runtime = folder / "site" / "_static" / "genedu" / "ort"
    assert {path.name for path in runtime.iterdir()} == set(RUNTIME[0][2])


def test_a_second_build_brings_back_what_is_missing(folder, figures):
    home = folder / "site" / "_static" / "genedu"
    (home / "explore.js").write_text("old")
    build(folder)  # no page is written anew
    assert (home / "explore.js").read_bytes() == (
        ROOT / "genedu" / "explore" / "static" / "explore.js"
    ).read_bytes()


CELL = """
import torch
from genedu.explore import Lines, Slider, explore
x = torch.linspace(0, 6, 50)
explore(
    lambda pitch, loudness: {"x": x, "y": loudness * torch.sin(pitch * x)},
    controls={"pitch": Slider(1, 5, 2), "loudness": Slider(0, 1, 0.5)},
    view=Lines("x", "y"),
    title="Wave",
)
"""


def test_a_cell_that_the_build_runs_becomes_a_slot(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    conf = CONF.format(frontend=str(ROOT / "frontend" / "node_modules"))
    (source / "conf.py").write_text(conf.replace('"off"', '"cache"'))
    made = json.loads(notebook({"output_type": "stream", "name": "stdout", "text": "to replace"}))
    made["cells"][1] |= {"source": CELL, "outputs": []}
    (source / "page.ipynb").write_text(json.dumps(made))
    build(tmp_path)
    page = (tmp_path / "site" / "page.html").read_text(encoding="utf8")
    data = page.split('<script type="application/json">')[1].split("</script>")[0]
    spec = json.loads(data)
    assert spec["title"] == "Wave"
    assert list(spec["controls"]) == ["pitch", "loudness"]
    graph = tmp_path / "site" / "_static" / "genedu" / "graphs" / f"{spec['graph']}.onnx"
    assert graph.is_file()


def test_figures_come_alive_with_no_other_host_and_no_jump(folder, browser):
    handler = functools.partial(Quiet, directory=str(folder))  # the site lies at a sub-path
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    foreign, errors = [], []

    def gate(route):
        if urlparse(route.request.url).netloc == host:
            return route.continue_()
        foreign.append(route.request.url)
        return route.abort()

    context.route(lambda url: urlparse(url).scheme in ("http", "https"), gate)
    context.add_init_script(
        """globalThis.shift = 0; new PerformanceObserver((list) => {
             for (const entry of list.getEntries()) globalThis.shift += entry.value;
           }).observe({ type: "layout-shift", buffered: true });"""
    )
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"http://{host}/site/page.html")
        for number in range(2):
            place = page.locator(".genedu-explore").nth(number)
            place.scroll_into_view_if_needed()
            place.and_(page.locator("[data-executor]")).wait_for()
            assert place.get_attribute("data-executor") == "interpreter"
        room = page.locator(".genedu-explore-room").first
        wide = room.evaluate("e => e.parentElement.clientWidth >= 584")  # 560 and its padding
        style = "--wide" if wide else "--narrow"
        reserved = room.evaluate(
            f"e => parseFloat(getComputedStyle(e).getPropertyValue('{style}'))"
        )
        assert abs(room.bounding_box()["height"] - reserved) <= 1
        assert page.evaluate("shift") < 0.01
    context.close()
    server.shutdown()
    assert not foreign
    assert not errors


@pytest.mark.parametrize("script", [True, False])
def test_a_small_screen_does_not_scroll_sideways(folder, browser, script):
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    size = {"width": 320, "height": 700}
    context = browser.new_context(viewport=size, java_script_enabled=script)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/site/page.html")
    for number in range(2):
        place = page.locator(".genedu-explore").nth(number)
        place.scroll_into_view_if_needed()
        if script:
            place.and_(page.locator("[data-executor]")).wait_for()
        inside = place.bounding_box()
        room = place.locator(".genedu-explore-room")
        assert room.bounding_box()["width"] <= inside["width"] <= 320
        shown = ".genedu-explore-live" if script else ".genedu-explore-poster"
        part = place.locator(shown)
        assert part.bounding_box()["width"] <= inside["width"]
        if not script:
            assert part.evaluate("e => e.scrollWidth <= e.clientWidth")
            assert place.locator("noscript").inner_text().startswith("This figure can be moved")
    context.close()
    server.shutdown()


VIEWS = [
    [],
    ["lines"],
    ["lines", "text"],
    ["bars", "heat", "text", "text"],
    ["images", "field", "paths"],
    ["images"],
    ["images", "images", "images", "images", "images", "lines", "text"],
    ["lines", "bars", "scatter", "heat", "text"],
    ["text"],
]
CONTROLS = [
    [],
    ["slider"],
    ["slider", "slider", "choice"],
    ["pad"],
    ["pad", "canvas", "slider"],
    ["picker", "button", "toggle"],
    ["pad", "pad", "pad", "picker", "picker"],
]


WORDS = ["{a:.2f} nats", "𝑥 is {x}", "a {{brace}} and " + 9 * "many words ", ""]
SHEETS = [
    {"columns": 5},
    {"columns": 5, "title": "Digits", "labels": ["a"] * 10},
    {},
    {"labels": ["a"] * 10},
    {"columns": 1},
    {"columns": 100},
]
SHAPES = [[10, 28, 28], [2, 5, 28, 28], [10, 3, 40], [28, 28], [1, 28, 28], [7, 5, 2]]


def described(number, kind):
    """A view, each time another one."""
    view = {"kind": kind}
    if kind == "text":
        view |= {"template": WORDS[number % len(WORDS)]}
    if kind == "images":
        view |= {"images": f"o{number % len(SHAPES)}", **SHEETS[number % len(SHEETS)]}
    return view


@pytest.mark.parametrize("controls", CONTROLS, ids="-".join)
@pytest.mark.parametrize("views", VIEWS, ids="-".join)
def test_python_and_the_page_reserve_the_same_room(node, views, controls):
    for turn, (state, noise) in enumerate(itertools.product(({}, {"x": {}}), ({}, {"e": {}}))):
        spec = {
            "views": [described(turn + number, kind) for number, kind in enumerate(views)],
            "outputs": {f"o{number}": {"shape": shape} for number, shape in enumerate(SHAPES)},
            "controls": {f"c{i}": {"kind": kind} for i, kind in enumerate(controls)},
            "state": state,
            "noise": noise,
        }
        room = node.ask("room", spec=spec)
        assert heights(spec) == (room["wide"], room["narrow"])


def test_a_slot_cannot_be_broken_by_its_words():
    spec = {"graph": "0", "views": [], "controls": {}, "state": {}, "noise": {}}
    words = "</script><b>&\"'"
    made = slot({**spec, "title": words, "caption": words}, "")
    assert made.count("</script>") == 1
    assert "<b>" not in made
    data = made.split('<script type="application/json">')[1].split("</script>")[0]
    assert json.loads(data)["title"] == words


def test_other_types_of_output_are_left_alone():
    class Data:
        mime_type, content = "text/html", "<p>"

    assert Renderer.handle_mime(None, Data, False) is None
    Data.mime_type, Data.content = MIME, '{"spec": {}}'
    assert Renderer.handle_mime(None, Data, False)[0]["content"] == {"spec": {}}
