"""Every live figure of the built book: the page and torch agree, whoever runs the graph.

The build writes what torch gives (`genedu.explore.records`); the pages are asked for the same. The
third executor, the kernel, is only in notebooks, and is torch itself.
"""

import pytest
from live import SITE, LiveFigure, specs

from genedu.errors import StorageError
from genedu.explore import records
from genedu.explore.comparison import difference

RECORDS = SITE.parent / "records"
TOLERANCE = {"float32": 1e-5, "float16": 1e-3}
EXECUTORS = "interpreter", "onnx"
PAGES = {str(file.relative_to(SITE)): specs(file) for file in sorted(SITE.rglob("*.html"))}
CASES = [
    (name, executor)
    for name, figures in PAGES.items()
    for executor in EXECUTORS
    if any(executor in spec["executors"] for spec in figures)
]

pytestmark = pytest.mark.book


def test_the_book_has_live_figures(site):
    assert CASES, "No page of the book has a live figure: was it built without `genedu.site`?"


def test_a_title_names_one_figure_of_its_page():
    for name, figures in PAGES.items():
        titles = [spec["title"] for spec in figures]
        assert len({*titles}) == len(titles), f"{name}: {titles}"


@pytest.mark.parametrize(("name", "executor"), CASES)
def test_page_and_torch_agree(name, executor, address, new_page):
    problems: list[str] = []
    page = new_page(problems)
    page.goto(f"{address}{name}?executor={executor}", wait_until="domcontentloaded")
    assert page.locator(".genedu-explore").count() == len(PAGES[name])
    for number, spec in enumerate(PAGES[name]):
        if executor in spec["executors"]:
            found = disagreements(page, number, spec)
            problems += [f"{spec['title']}: {words}" for words in found]
    said = "\n  ".join(problems)  # before closing: it breaks off what is still on its way
    page.context.close()
    if said:
        pytest.fail(f"{name}, {executor}:\n  {said}", pytrace=False)


def disagreements(page, number: int, spec: dict) -> list[str]:
    """What is wrong with a figure, in words: at first, or else at the first point that is."""
    try:
        record = records.read(spec, RECORDS)
    except StorageError as error:
        return [str(error)]
    figure = LiveFigure(page, number, spec)
    if found := wrong(spec, "at first", figure.shown(), record.first):
        return found
    outputs = figure.evaluate_all([point.inputs for point in record.points])
    for place, (got, point) in enumerate(zip(outputs, record.points, strict=True)):
        found = wrong(spec, words(spec, point.inputs), got, point.outputs)
        if found and record.again:
            # a random number beside a threshold may fall on the other side: not twice
            other = record.again[place]
            got = figure.evaluate_all([other.inputs])[0]
            found = wrong(spec, words(spec, other.inputs), got, other.outputs)
        if found:
            return found
    return []


def wrong(spec: dict, at: str, got: dict, want: dict) -> list[str]:
    """The outputs that the page has wrong."""
    if missing := want.keys() - got.keys():
        return [f"{at}, the page has no {', '.join(sorted(missing))}"]
    errors = {name: difference(got[name], value) for name, value in want.items()}
    allowed = TOLERANCE[spec["weights"]]
    return [
        f"{at}, {name} is off by {error:.1e}" for name, error in errors.items() if error > allowed
    ] + [f"{at}, {name} has NaN" for name in want if got[name].isnan().any()]


def words(spec: dict, inputs: dict) -> str:
    """The controls' values, those that can be said."""
    said = [name for name in inputs if name in spec["controls"]]
    short = [f"{name} = {inputs[name].tolist()}" for name in said if inputs[name].numel() <= 4]
    return f"at {', '.join(short) or 'a later state'}"
