"""explore(): what it refuses, what it returns, how a figure shows itself."""

import base64
import functools
import hashlib
import json
import random
import zlib

import numpy as np
import onnx
import pytest
import torch

from genedu.errors import InputError
from genedu.explore import (
    Button,
    Canvas,
    Choice,
    Images,
    Lines,
    Normal,
    Scatter,
    Slider,
    Text,
    Toggle,
    Uniform,
    explore,
)
from genedu.explore.graph import INTERPRETED, export
from genedu.explore.noise import words
from genedu.explore.slot import MIME

GRID = torch.linspace(0, 1, 50)
CURVE = Lines("x", "y")


def parabola(a, b):
    return {"x": GRID, "y": a * GRID**2 + b}


def walk(x, kick, size):
    return {"x": x + size * kick, "farthest": x.norm(dim=1).max()}


def a_walk(**options):
    defaults = {
        "controls": {"size": Slider(0.1, 2, 0.5)},
        "state": {"x": torch.ones(20, 2)},
        "noise": {"kick": Normal((20, 2))},
        "view": [Scatter("x"), Text("{farthest:.1f}")],
    }
    return explore(walk, **{**defaults, **options})


TWO = {"a": Slider(0, 2, 1), "b": Toggle()}


@pytest.mark.parametrize(
    ("fn", "options", "said"),
    [
        (parabola, {"controls": {"a": Slider(0, 1, 0)}}, "takes 'b', which nothing gives"),
        (
            parabola,
            {"controls": {**TWO, "c": Toggle()}},
            "`name in controls` is 'c', which is unknown. Accepted: a, b",
        ),
        (parabola, {"controls": {"a": 1.0, "b": Toggle()}}, "`controls` has 1.0 under 'a'"),
        (parabola, {"controls": TWO, "view": []}, "`view` is empty"),
        (parabola, {"controls": TWO, "view": ["lines"]}, r"views such as Lines\('x', 'y'\)"),
        (parabola, {"controls": TWO, "view": Lines("x", "z")}, "`y` of Lines is 'z'"),
        (parabola, {"controls": TWO, "seed": -1}, "`seed` is -1"),
        (parabola, {"controls": TWO, "steps_per_frame": 0}, "`steps_per_frame` is 0"),
        (
            parabola,
            {"controls": TWO, "noise": {"a": Uniform((3,))}},
            "'a' stands 2 times in `controls`, `state` and `noise`",
        ),
        (
            parabola,
            {"controls": {**TWO, "again": Button("noise")}},
            "a button 'again' for noise, but there is no `noise`",
        ),
        (
            parabola,
            {"controls": {**TWO, "back": Button("reset")}},
            "a button 'back' for reset, but there is no `state`",
        ),
        (
            parabola,
            {"controls": {"a": Slider(0, 1, 0)}, "state": {"b": torch.zeros(())}},
            "returns x, y, but the next value of the state 'b'",
        ),
        (
            lambda s: {"s": s.sum(), "x": GRID, "y": GRID},
            {"state": {"s": torch.zeros(3)}},
            r"`state` 's' goes into `fn` as \(3,\) torch.float32 and comes out as \(\)",
        ),
        (
            lambda s: {"s": s + 1.5, "x": GRID, "y": GRID},
            {"state": {"s": torch.tensor(1)}},
            "torch.int64 and comes out as .* torch.float32",
        ),
        (
            lambda s: {"s": s, "x": GRID, "y": GRID},
            {"state": {"s": torch.zeros(3).double()}},
            r"`state` has torch.float64 under 's'.*use .float\(\)",
        ),
        (lambda: 1.0, {}, "returns float"),
        (3.0, {}, "`fn` is 3.0, but a function"),
        (torch.sin, {"controls": TWO}, "whose arguments have no names"),
        (lambda *a: a[0], {"controls": TWO}, r"takes no arguments by name; write def fn\(a\)"),
        (parabola, {"controls": [("a", 1)]}, "`controls` is .*, but a dictionary such as"),
        (parabola, {"controls": TWO, "view": None}, "`view` has None"),
        (parabola, {"controls": TWO, "view": Lines}, "`view` has <class"),
        (parabola, {"controls": TWO, "title": 3}, "`title` is 3, but text"),
        (parabola, {"controls": TWO, "caption": None}, "`caption` is None, but text"),
        (
            lambda a: GRID[a],
            {"controls": {"a": Slider(0, 70, 3, integer=True)}, "view": Text("{out}")},
            r"`fn` fails at a = 70 \(.*out of bounds.*\), but it must have values",
        ),
        (
            lambda a: a**2,
            {"controls": {"a": Slider(0, 2**30, 3, integer=True)}, "view": Text("{out}")},
            r"whole numbers beyond 2\^53 under 'out' at a = 1073741824",
        ),
        (
            lambda a: a / 3,
            {"controls": {"a": Slider(0, 1, 0.5)}, "view": Text("{out:d}")},
            r"format d for 0\.16\d*, but d is for whole numbers",
        ),
    ],
)
def test_bad_input_is_refused_at_the_call(fn, options, said):
    with pytest.raises(InputError, match=said):
        explore(fn, **{"view": CURVE, **options})


def test_what_leaves_torch_silently_is_caught_by_the_comparison():
    calls = []

    def counts(a):
        calls.append(a)
        return {"x": GRID, "y": a * GRID + len(calls)}

    with pytest.raises(InputError, match=r"graph of `fn` gives another 'y'.*make what changes"):
        explore(counts, controls={"a": Slider(0, 1, 0.5)}, view=CURVE)

    def dice(a):
        return {"x": GRID, "y": a * GRID + random.random()}

    with pytest.raises(InputError, match="gives another 'y'"):
        explore(dice, controls={"a": Slider(0, 1, 0.5)}, view=CURVE)


def test_a_difference_at_an_extreme_alone_is_caught():
    def fn(a):
        extra = 1.0 if not torch.compiler.is_compiling() and a.item() >= 2 else 0.0
        return {"x": GRID, "y": a * GRID + extra}

    with pytest.raises(InputError, match=r"at a = 2\.0"):
        explore(fn, controls={"a": Slider(0, 2, 1)}, view=CURVE)


def test_the_spec():
    figure = a_walk(title="Drunkards", caption="They walk.", seed=7, steps_per_frame=3)
    spec = figure.spec
    assert spec["version"] == 1
    assert (spec["title"], spec["caption"]) == ("Drunkards", "They walk.")
    assert spec["graph"] == hashlib.sha256(figure.graph.data).hexdigest()[:16]
    assert spec["executors"] == ["interpreter", "onnx", "kernel"]
    assert set(spec["inputs"]) == {"x", "kick", "size"}
    assert spec["outputs"]["farthest"] == {"shape": [], "dtype": "float32"}
    assert spec["noise"] == {
        "kick": {"distribution": "normal", "shape": [20, 2], "dtype": "float32"}
    }
    assert (spec["seed"], spec["steps_per_frame"]) == (7, 3)
    state = np.frombuffer(base64.b64decode(spec["state"]["x"]["data"]), "<f4")
    assert (state == 1).all()
    assert state.size == 40


def test_the_poster_shows_the_state_that_was_given_not_the_next():
    figure = a_walk(seed=7)
    assert torch.equal(figure.values["x"], torch.ones(20, 2))
    assert figure.values["farthest"] == pytest.approx(2**0.5)
    assert "<p>1.4</p>" in figure.poster
    first = Normal((20, 2)).draw(words(7))
    again = figure.evaluate({"x": torch.ones(20, 2), "kick": first, "size": torch.tensor(0.5)})
    assert torch.equal(again["x"], 1 + 0.5 * first)


def test_an_input_that_nothing_depends_on_leaves_the_graph():
    figure = explore(
        lambda a, unused: {"x": GRID, "y": a * GRID},
        controls={"a": Slider(0, 1, 0), "unused": Toggle()},
        view=CURVE,
    )
    assert figure.spec["inputs"] == ["a"]
    assert set(figure.spec["controls"]) == {"a", "unused"}


def test_names_of_the_exporter_cannot_collide():
    def fn(linear, x):
        return {"linear": 2 * linear, "add": linear + x, "x": x}

    figure = explore(
        fn,
        controls={"linear": Slider(0, 1, 1)},
        state={"x": torch.ones(())},
        view=Text("{add} {x}"),
    )
    names = [value.name for value in onnx.load_from_string(figure.graph.data).graph.output]
    assert names == ["=linear", "=add", "=x"]


def test_wholes_and_halves():
    weight = torch.linspace(-1, 1, 100 * 100).reshape(100, 100)

    def smooth(a):
        return {"x": GRID, "y": (a * GRID.repeat(2) @ weight)[:50] / 100}

    def sharp(a):  # a threshold: float16 would move it
        return {"x": GRID, "y": ((a * GRID.repeat(2) @ weight)[:50] > weight[0, :50]).float() * a}

    half = explore(smooth, controls={"a": Slider(0.5, 1, 0.7)}, view=CURVE)
    assert half.spec["weights"] == "float16"
    assert len(half.graph.data) < 2.2 * weight.numel()
    exact = weight.half().float()
    same = explore(
        lambda a: {"x": GRID, "y": (a * GRID.repeat(2) @ exact)[:50]},
        controls={"a": Slider(0.5, 1, 0.7)},
        view=CURVE,
    )
    assert same.spec["weights"] == "float16"
    small = explore(parabola, controls=TWO, view=CURVE)
    assert small.spec["weights"] == "float32"
    fine = torch.linspace(1, 1.01, 5000)  # differences below float16's precision
    whole = explore(
        lambda a: {"x": GRID, "y": 1e4 * a * (fine[:50] - 1)},
        controls={"a": Slider(0.5, 1, 0.7)},
        view=CURVE,
    )
    assert whole.spec["weights"] == "float32"


def test_heavy_graphs_go_to_onnx_runtime_first():
    wide = torch.nn.Linear(2000, 2000)
    convolution = torch.nn.Conv2d(1, 2, 3)
    heavy = export(lambda a: wide(a.expand(4, 2000)), {"a": torch.zeros(())})
    assert heavy.executors == ("onnx", "interpreter", "kernel")
    assert 1.6e7 <= heavy.cost < 1.7e7  # 4 x 2000 x 2000 multiply-adds, and a few numbers
    strange = export(lambda a: convolution(a), {"a": torch.zeros(1, 1, 5, 5)})
    assert strange.executors == ("onnx", "kernel")
    assert strange.cost == 2 * 9 * 9


def test_the_interpreter_s_operators_are_those_of_the_bundle(node):
    assert set(node.ask("operators")) == set(INTERPRETED)


def test_nothing_that_nobody_reads_is_in_the_graph():
    model = onnx.load_from_string(explore(parabola, controls=TWO, view=CURVE).graph.data)
    assert not model.graph.value_info
    assert not model.functions
    for part in (model, model.graph, *model.graph.node):
        assert not part.doc_string
        assert not part.metadata_props
    onnx.checker.check_model(model)


def test_the_book_gets_the_graph_itself(monkeypatch):
    figure = explore(parabola, controls=TWO, view=CURVE, title="A parabola")
    monkeypatch.setenv("GENEDU_BOOK", "1")
    data, _ = figure._repr_mimebundle_()
    assert set(data) == {MIME, "text/plain"}
    assert zlib.decompress(base64.b64decode(data[MIME]["graph"])) == figure.graph.data
    assert json.loads(data[MIME]["spec"]) == figure.spec
    assert "currentColor" in data[MIME]["poster"]
    assert 'aria-label="“A parabola” at its first values.' in data[MIME]["poster"]
    assert figure.poster == figure.poster  # and no clock, no random id


def test_modules_and_partial_functions_are_functions():
    linear = torch.nn.Linear(1, 50)
    figure = explore(linear, controls={"input": Canvas((1, 1))}, view=Images("out"))
    assert repr(figure) == "Explorable('Linear')"
    with pytest.raises(InputError, match="takes 'input', which nothing gives"):
        explore(linear, view=Images("out"))
    half = functools.partial(parabola, b=torch.tensor(0.5))
    figure = explore(half, controls={"a": Slider(0, 1, 1)}, view=CURVE)
    assert figure.values["y"][-1] == 1.5


def test_a_choice_of_tables():
    table = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    figure = explore(
        lambda which: {"x": torch.arange(2.0), "y": table[which]},
        controls={"which": Choice(["first", "second"])},
        view=CURVE,
    )
    assert figure.evaluate({"which": torch.tensor(1)})["y"].tolist() == [3, 4]


def test_inputs_that_someone_changes_leave_the_figure_alone():
    figure = a_walk()
    for name, value in next(figure.samples()).items():
        value += 1
        assert not torch.equal(next(figure.samples())[name], value), name
    assert torch.equal(figure.values["x"], torch.ones(20, 2))
