"""The live figures of the gallery: the same inputs through the page and through torch."""

import gallery
import pytest
import torch

from genedu.explore.comparison import difference

TOLERANCE = {"float32": 1e-5, "float16": 1e-3}
KINDS = {"float32": torch.float32, "int64": torch.int64, "bool": torch.bool}


@pytest.fixture(scope="module")
def figures():
    return {make.__name__: make() for make in (*gallery.GALLERY, gallery.all_parts)}


def packed(value: torch.Tensor) -> dict:
    kind = str(value.dtype).removeprefix("torch.")
    return {"type": kind, "shape": [*value.shape], "data": value.flatten().tolist()}


def through_page(page, number: int, inputs: dict) -> dict:
    """Outputs of the figure with this number on the page."""
    results = page.evaluate(
        """([number, inputs]) => document.querySelectorAll(".genedu-explore")[number]
             .explorable.evaluate(inputs)""",
        [number, {name: packed(value) for name, value in inputs.items()}],
    )
    return {
        name: torch.tensor(value["data"], dtype=KINDS[value["type"]]).reshape(value["shape"])
        for name, value in results.items()
    }


def worst(page, number: int, figure, inputs: dict) -> tuple[float, str]:
    """The largest difference of page and torch, and the output that has it."""
    got, want = through_page(page, number, inputs), figure.evaluate(inputs)
    assert got.keys() == want.keys()
    return max((difference(got[name], want[name]), name) for name in want)


@pytest.mark.parametrize("executor", ["interpreter", "onnx"])
def test_page_and_torch_agree(executor, figures, show):
    may_run = {name: f for name, f in figures.items() if executor in f.spec["executors"]}
    pairs = [(figure.spec, figure.graph.data) for figure in may_run.values()]
    page = show(*pairs, query=f"?executor={executor}", ort=executor == "onnx")
    for number, (name, figure) in enumerate(may_run.items()):
        used = page.locator(".genedu-explore").nth(number).get_attribute("data-executor")
        assert used == executor, name
        allowed = TOLERANCE[figure.graph.weights]
        # a random number beside a threshold may fall on the other side: not with other noise too
        for inputs, others in zip(figure.samples(), figure.samples(seed=1), strict=True):
            error, output = worst(page, number, figure, inputs)
            if error > allowed and figure.spec["noise"]:
                error, output = worst(page, number, figure, others)
            assert error <= allowed, f"{name}: {output} is off by {error:.1e}"


def test_a_page_starts_where_python_does(figures, show):
    """The poster's values are what the page shows at first: the same state, the same noise."""
    page = show(*((figure.spec, figure.graph.data) for figure in figures.values()))
    for number, (name, figure) in enumerate(figures.items()):
        shown = page.evaluate(
            "number => document.querySelectorAll('.genedu-explore')[number].explorable.current()",
            number,
        )
        for output, value in figure.values.items():
            got = shown.get("outputs", shown)[output]
            got = torch.tensor(got["data"], dtype=KINDS[got["type"]]).reshape(got["shape"])
            error = difference(got, value)
            assert error <= TOLERANCE[figure.graph.weights], f"{name}: {output} {error:.1e}"


def test_no_figure_runs_into_nan(figures):
    for name, figure in figures.items():
        for inputs in figure.samples():
            for output, value in figure.evaluate(inputs).items():
                assert value.isfinite().all(), f"{name}: {output}"


def test_every_figure_runs_in_the_interpreter_first(figures):
    for name, figure in figures.items():
        assert figure.spec["executors"][0] == "interpreter", name


def test_figures_of_a_page_are_light(figures):
    for name, figure in figures.items():
        content, _ = figure.spec, figure.poster
        weight = len(figure.graph.data) + len(str(content)) + len(figure.poster)
        assert weight < 500_000, name
