"""The notebook's half: files that travel once, and a kernel that answers."""

import json
import sys
import types

import numpy as np
import pytest
import torch

from genedu.explore import Lines, Normal, Slider, Text, explore
from genedu.explore.widget import answer, asset, make

GRID = torch.linspace(0, 1, 5)


def line(a):
    return {"x": GRID, "y": a * GRID, "up": a > 0, "n": (10 * a).long()}


@pytest.fixture(scope="module")
def figure():
    return explore(line, controls={"a": Slider(-1, 1, 0.5)}, view=Lines("x", "y"))


class Page:
    """What the kernel sends."""

    def __init__(self):
        self.got = []

    def send(self, content, buffers=()):
        self.got.append((content, buffers))


def test_a_kernel_says_that_it_is_there(figure):
    page = Page()
    answer(figure, page, {"kind": "hello"}, [])
    assert page.got == [({"kind": "hello"}, ())]


def test_the_kernel_runs_fn_itself(figure):
    page = Page()
    inputs = [{"name": "a", "dtype": "float32", "shape": []}]
    request = {"kind": "run", "id": 7, "inputs": inputs}
    answer(figure, page, request, [memoryview(np.float32(0.25).tobytes())])
    content, buffers = page.got[0]
    assert (content["kind"], content["id"]) == ("result", 7)
    got = {
        one["name"]: np.frombuffer(data, one["dtype"]).reshape(one["shape"])
        for one, data in zip(content["outputs"], buffers, strict=True)
    }
    assert np.allclose(got["y"], 0.25 * GRID.numpy())
    assert got["up"].item() is True
    assert got["n"].item() == 2


def test_a_failure_reaches_the_page(figure):
    page = Page()
    answer(figure, page, {"kind": "run", "id": 3, "inputs": []}, [])
    content, _ = page.got[0]
    assert (content["kind"], content["id"]) == ("failure", 3)
    assert "missing 1 required" in content["message"]


def test_a_file_travels_once(figure):
    one = make(figure)
    other = make(explore(line, controls={"a": Slider(-2, 2, 0.5)}, view=Lines("x", "y")))
    assert one.frontend == other.frontend
    assert one.graph == other.graph  # the same function: the same bytes
    assert asset(b"other").model_id != one.graph
    assert json.loads(one.spec) == figure.spec


def test_a_saved_notebook_keeps_the_order_of_controls_and_noise():
    figure = explore(
        lambda b, a, late, early: {"out": a + b + late + early},
        controls={"b": Slider(-1, 1, 0.5), "a": Slider(-1, 1, 0.5)},
        noise={"late": Normal(()), "early": Normal(())},
        view=Text("{out}"),
    )
    state = json.loads(json.dumps(make(figure).get_state(), sort_keys=True, default=str))
    spec = json.loads(state["spec"])
    assert list(spec["controls"]) == ["b", "a"]
    assert list(spec["noise"]) == ["late", "early"]  # noise is drawn in this order


def test_outside_the_book_a_figure_is_a_widget(figure, monkeypatch):
    monkeypatch.delenv("GENEDU_BOOK", raising=False)
    data, _ = figure._repr_mimebundle_()
    view = data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == figure.widget().model_id
    assert data["text/plain"] == "Explorable('line')"


def test_colab_s_widget_manager_is_asked_without_the_reader(figure, monkeypatch):
    asked = []
    output = types.ModuleType("google.colab.output")
    output.enable_custom_widget_manager = lambda version="5.0.0a": asked.append(version)
    output._widgets = types.SimpleNamespace(_installed_url="https://manager")
    colab = types.ModuleType("google.colab")
    colab.output = output
    for name, module in (("google.colab", colab), ("google.colab.output", output)):
        monkeypatch.setitem(sys.modules, name, module)
    _, metadata = make(figure)._repr_mimebundle_()
    make(figure)
    assert asked == ["5.0.0a"]
    view = metadata["application/vnd.jupyter.widget-view+json"]
    assert view == {"colab": {"custom_widget_manager": {"url": "https://manager"}}}


def test_where_no_widget_can_be_made_the_picture_is_shown(figure, monkeypatch):
    def refuse(**traits):
        raise RuntimeError("no widgets <here>")

    monkeypatch.setattr("genedu.explore.widget.ExplorableWidget", refuse)
    data, _ = make(figure)._repr_mimebundle_()
    assert "<svg" in data["text/html"]
    assert "no widgets &lt;here&gt;" in data["text/html"]
