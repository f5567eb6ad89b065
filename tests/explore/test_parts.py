"""Controls, noise and views: what they tell the page, and what they refuse."""

import base64
import itertools
import math

import numpy as np
import pytest
import torch

from genedu.errors import InputError
from genedu.explore import (
    Bars,
    Button,
    Canvas,
    Choice,
    Field,
    Heat,
    Images,
    Lines,
    Normal,
    Pad,
    Paths,
    Picker,
    Scatter,
    Slider,
    Text,
    Toggle,
    Uniform,
)
from genedu.explore.noise import words

PICTURES = torch.arange(24.0).reshape(2, 3, 4) / 23
LIMITS = {"xlim": (0, 1), "ylim": (0, 1)}
CONTROLS = (
    Slider(-3, 3, 0.5),
    Slider(0, 10, 4, integer=True),
    Slider(0.01, 100, 1, scale="log"),
    Pad((-1, 1), (0, 5), (0.5, 2)),
    Choice(["a", "b", "c"], 2),
    Choice(["a", "b"], one_hot=True),
    Toggle(True),
    Picker(PICTURES, 1),
    Canvas((3, 4)),
)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: type(control).__name__)
def test_values_of_a_control_have_the_type_and_shape_that_the_spec_says(control):
    spec = control.spec("some_name")
    assert spec["label"] == "some name"
    generator = torch.Generator().manual_seed(0)
    values = [control.example(), *control.extremes()]
    values += [control.random(generator) for _ in range(20)]
    for value in values:
        assert str(value.dtype) == f"torch.{spec['dtype']}"
        assert [*value.shape] == spec["shape"]


def test_sliders():
    spec = Slider(-3, 3, 0.5, unit="cm", label="mean").spec("m")
    assert spec == {
        "kind": "slider",
        "label": "mean",
        "min": -3,
        "max": 3,
        "value": 0.5,
        "unit": "cm",
        "scale": "linear",
        "step": 0.02,
        "dtype": "float32",
        "shape": [],
    }
    assert "step" not in Slider(0.01, 100, 1, scale="log").spec("rate")
    assert Slider(0, 10, 4, integer=True).spec("n")["step"] == 1
    generator = torch.Generator().manual_seed(0)
    draws = torch.stack([Slider(0.01, 100, 1, scale="log").random(generator) for _ in range(2000)])
    assert ((draws >= 0.01) & (draws <= 100)).all()
    assert abs(draws.log10().mean()) < 0.1  # even in the logarithm: the middle is 1


@pytest.mark.parametrize("width", [0.003, 1, 6, 7.5, 90, 4e5])
def test_a_step_is_a_round_number_and_at_most_a_200th(width):
    step = Slider(0, width, 0).spec("x")["step"]
    assert width / 500 <= step <= width / 199
    digit = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert round(digit, 9) in (1, 2, 5)


def test_pictures_travel_as_bytes_and_stay_what_they_are():
    spec = Picker(PICTURES, 1).spec("digit")
    sent = np.frombuffer(base64.b64decode(spec["images"][1]), np.uint8).reshape(spec["size"])
    shown = Picker(PICTURES, 1).example()
    assert torch.equal(shown[0], torch.from_numpy(sent.copy()) / 255)
    assert (shown[0] - PICTURES[1]).abs().max() <= 0.5 / 255 + 1e-7


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Slider(3, -3, 0), r"`min` is 3 and `max` is -3, but min < max.*Slider\(-3, 3"),
        (lambda: Slider(1, 1, 1), "min < max"),
        (lambda: Slider(0, 1, 2), "`value` is 2, but a finite number >= 0 and <= 1"),
        (lambda: Slider(0, 1, math.nan), "`value` is nan"),
        (lambda: Slider("0", 1, 0), "`min` is '0'"),
        (lambda: Slider(0, 1, 0.5, scale="log"), "`min` is 0, but a number > 0.*scale='log'"),
        (lambda: Slider(0, 1, 0.5, scale="lin"), "did you mean 'linear'"),
        (lambda: Slider(0, 1, 0.5, step=2), "`step` is 2"),
        (lambda: Slider(0, 1.5, 1, integer=True), "`max` is 1.5, but an integer"),
        (lambda: Pad((1, -1), (0, 1), (0, 0)), "`x` is .*low < high"),
        (lambda: Pad((-1, 1), (0, 1), (0, 2)), "`value of y` is 2"),
        (lambda: Pad((-1, 1), (0, 1), 0), "`value` is 0, but a pair"),
        (lambda: Choice("abc"), "`options` is 'abc', but a list of texts"),
        (lambda: Choice(None), "`options` is None, but a list of texts"),
        (lambda: Choice({"a": 1, "b": 2}), "but a list of texts"),
        (lambda: Choice([None, "b"]), "but a list of texts"),
        (lambda: Choice(["a"]), "two names or more"),
        (lambda: Choice(["a", "a"]), "all different"),
        (lambda: Toggle("yes"), "`value` is 'yes', but True or False"),
        (lambda: Toggle(label=["q"]), r"`label` is \['q'\], but text"),
        (lambda: Slider(0, 1, 0, label=None), "`label` is None, but text"),
        (lambda: Slider(0, 1, 0, integer="yes"), "`integer` is 'yes'"),
        (lambda: Slider(0, 10, 5, integer=True, step=0.5), "`step` is 0.5, but an integer"),
        (lambda: Slider(1, 10, 5, scale="log", step=1), "`step` is 1, but none is accepted"),
        (lambda: Slider(0, 2**60, 5, integer=True), "`max` is 1152921504606846976, but an int"),
        (lambda: Choice(["a", "b"], 2), "`value` is 2, but an integer from 0 to 1"),
        (lambda: Picker(torch.zeros(3, 1, 4, 4)), r"\(n, h, w\).*images\[:, 0\]"),
        (lambda: Picker(255 * PICTURES), r"values from 0 to 255[^U]*$"),
        (lambda: Picker(torch.zeros(3, 0, 5)), r"shape \(3, 0, 5\), but a picture or more"),
        (lambda: Picker(PICTURES, labels=["one"]), "`labels` has 1 entries for 2 images"),
        (lambda: Canvas(28), r"`size` is 28, but \(height, width\)"),
        (lambda: Button("noize"), "did you mean 'noise'"),
        (lambda: Normal((3, 0)), "size in shape"),
        (lambda: Uniform("3"), "a tuple of sizes"),
        (lambda: Lines("x", "y", ylim=(1, 0)), "`ylim` is .*low < high"),
        (lambda: Lines("x", "y", labels=["a", "b"]), "`labels` has 2 entries for 1 of `y`"),
        (lambda: Heat("z", xlim=5, ylim=(0, 1)), r"`xlim` is 5, but \(low, high\)"),
        (lambda: Text("KL = {kl:x}"), r"\{kl:x\}, but a name with one of the formats"),
        (lambda: Text("KL = {}"), "but a name"),
        (lambda: Text("{out!r}"), "{out!r:}, but a name"),
        (lambda: Text("{out.real}"), "but a name"),
        (lambda: Text("{out:.200f}"), "but a name with one of the formats"),
        (lambda: Text("{out"), "'{out' .expected '}'.*, but text with names in braces"),
        (lambda: Text(None), "`template` is None, but text"),
        (lambda: Lines("x", None), "`y` is None, but a list of texts"),
        (lambda: Lines("x", []), "`y` is empty"),
        (lambda: Lines("x", "y", title=3), "`title` is 3, but text"),
        (lambda: Lines("x", "y", labels="y"), "`labels` is 'y', but a list of texts"),
        (lambda: Lines("x", "y", level=True), "`level` is True, but a finite number"),
        (lambda: Lines("x", "y", level=math.nan), "`level` is nan, but a finite number"),
        (lambda: Lines("x", "y", level=[1]), r"`level` is \[1\], but a finite number"),
        (lambda: Heat("z", contours=-1, **LIMITS), "`contours` is -1, but an integer from 0"),
        (lambda: Heat("z", contours=5.0, **LIMITS), "`contours` is 5.0, but an integer"),
        (lambda: Heat("z", contours=[math.nan], **LIMITS), "`contours` is nan, but a finite"),
        (lambda: Heat("z", contours="ab", **LIMITS), "`contours` is 'ab', but a list of levels"),
        (lambda: Images("i", columns=-1), "`columns` is -1, but an integer >= 1"),
        (lambda: Images("i", limits=None), r"`limits` is None, but \(low, high\)"),
        (lambda: Field("p", "q", scale=0), "`scale` is 0, but a finite number > 0"),
    ],
)
def test_bad_input_is_refused(make, said):
    with pytest.raises(InputError, match=said):
        make()


SHAPES = {"x": (5,), "y": (5,), "long": (7,), "z": (4, 6), "p": (9, 2), "q": (3, 2), "one": (2,)}
SHAPES |= {"n": (), "pics": (8, 4, 6), "walks": (3, 7, 2), "none": (0, 4, 6)}


@pytest.mark.parametrize(
    "view",
    [
        Lines("x", ["y", "x"], level="n"),
        Bars("y", ticks=[*"abcde"]),
        Scatter(["p", "q"]),
        Heat("z", points=["p", "q", "one"], contours=[0.1, 0.2], **LIMITS),
        Images("pics"),
        Images("z", columns=1),
        Field("p", "p", points="q"),
        Paths("walks"),
        Text("{n:.2f} after {step} steps of {{braces}}"),
    ],
    ids=lambda view: type(view).__name__,
)
def test_views_accept_what_fits(view):
    view.check(SHAPES)
    spec = view.spec()
    assert spec["kind"] == type(view).__name__.lower()
    assert None not in spec.values()
    assert "" not in spec.values()


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (Lines("x", "why"), "`y` of Lines is 'why', but an output of `fn` or a state"),
        (Lines("x", "long"), r"'long' with shape \(7,\), but shape \(5,\) is accepted"),
        (Lines("x", "z"), r"shape \(4, 6\), but shape \(5,\)"),
        (Lines("x", "y", level="x"), r"`level` .* but shape \(\)"),
        (Bars("y", ticks=[*"abc"]), r"shape \(5,\), but shape \(3,\)"),
        (Scatter("z"), r"shape \(4, 6\), but shape \(n, 2\)"),
        (Heat("x", **LIMITS), r"but shape \(rows, columns\)"),
        (Heat("z", points="x", **LIMITS), r"but shape \(n, 2\) or \(2,\)"),
        (Images("x"), r"but shape \(…, h, w\)"),
        (Images("none"), r"shape \(0, 4, 6\), which holds nothing to show"),
        (Images("pics", labels=["one"]), "`labels` has 1 entries for 8 images"),
        (Field("p", "q"), r"shape \(3, 2\), but shape \(9, 2\)"),
        (Paths("p"), r"but shape \(n, t, 2\)"),
        (Text("{y:.2f}"), r"`template` of Text is 'y' with shape \(5,\), but shape \(\)"),
    ],
)
def test_views_refuse_what_does_not_fit(view, said):
    with pytest.raises(InputError, match=said):
        view.check(SHAPES)


def test_text_is_python_s_own_format():
    text = Text("{a:.3f} {b:.1%} {c:d} {d:.2e} {{x}} {step}")
    said = text.words({"a": 1 / 3, "b": 0.25, "c": 7, "d": 12345.0})
    assert said == "0.333 25.0% 7 1.23e+04 {x} 0"
    assert Text("{a} {a:.3f}").words({"a": math.nan}) == "not a number not a number"
    assert Text("{a} {b} {c:.1f}").words({"a": 0.35 + 1e-9, "b": True, "c": -0.01}) == "0.35 1 0.0"
    with pytest.raises(InputError, match=r"format d for 0\.5, but d is for whole numbers"):
        Text("{a:d}").words({"a": 0.5})


def test_a_surface_needs_its_rectangle():
    with pytest.raises(TypeError, match="'xlim' and 'ylim'"):
        Heat("z")
    assert Heat("z", contours=[3, 1, 1], **LIMITS).spec()["contours"] == [1, 3]


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**32 - 1])
def test_the_page_draws_the_same_noise(node, seed):
    stream = words(seed)
    kinds = (Uniform((7,)), Normal((5,)), Normal((3, 2)), Uniform((2, 2)))
    ours = [kind.draw(stream).flatten() for kind in kinds]
    draws = [[kind.distribution, math.prod(kind.shape)] for kind in kinds]
    for got, want in zip(node.ask("noise", seed=seed, draws=draws), ours, strict=True):
        assert torch.allclose(torch.tensor(got), want, rtol=1e-6, atol=1e-7)


def test_noise_has_the_moments_of_its_distribution():
    uniform = Uniform((20_000,)).draw(words(3)).double()
    assert uniform.min() >= 0 and uniform.max() < 1  # noqa: PT018
    assert abs(uniform.mean() - 0.5) < 4 / (12 * 20_000) ** 0.5
    assert abs(uniform.var() - 1 / 12) < 0.003
    normal = Normal((20_000,)).draw(words(4)).double()
    assert abs(normal.mean()) < 4 / 20_000**0.5
    assert abs(normal.var() - 1) < 0.04
    assert abs((normal**4).mean() - 3) < 0.3
    assert abs((normal[::2] * normal[1::2]).mean()) < 0.04  # of a pair, and yet independent


def test_words_differ_from_seed_to_seed():
    firsts = [tuple(itertools.islice(words(seed), 4)) for seed in range(50)]
    assert len(set(firsts)) == 50
