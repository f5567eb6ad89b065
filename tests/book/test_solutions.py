"""The solutions below the exercises: one for each question, each accepted, none in a notebook."""

import ast
import html
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from genedu.exercises import check, questions
from genedu.exercises.question import (
    ChoiceQuestion,
    FunctionQuestion,
    NumberQuestion,
    TextQuestion,
)
from genedu.exercises.registry import by_chapter
from genedu.site.solutions import checked, fold, self_contained

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
CHAPTERS = {int(path.stem[:2]): path for path in (ROOT / "chapters").glob("[0-9]*.ipynb")}
WRITTEN = sorted(CHAPTERS.keys() & by_chapter())
FUNCTIONS = [question for question in questions() if isinstance(question, FunctionQuestion)]
OTHERS = [question for question in questions() if not isinstance(question, FunctionQuestion)]
BREAK = '<details class="solution" data-question="'
CONF = f"""
extensions = ["myst_nb", "sphinx_book_theme", "genedu.site"]
myst_enable_extensions = ["amsmath", "dollarmath"]
suppress_warnings = ["myst.xref_missing"]
root_doc = "index"
html_theme = "sphinx_book_theme"
genedu_frontend = {str(ROOT / "frontend" / "node_modules")!r}
nb_execution_mode = "off"
"""


def by_id(question):
    return question.id


def code_cells(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def words(page: str) -> str:
    """The text of some HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def sphinx(source: Path, site: Path) -> subprocess.CompletedProcess:
    """Make pages of the notebooks in a folder, without running them."""
    (source / "conf.py").write_text(CONF, encoding="utf8")
    (source / "index.md").write_text("# Book\n\n```{toctree}\n:glob:\n*\n```\n", encoding="utf8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    return subprocess.run([*command, str(source), str(site)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The chapters as pages, their cells not run."""
    folder = tmp_path_factory.mktemp("chapters")
    source, site = folder / "source", folder / "site"
    source.mkdir()
    for path in CHAPTERS.values():
        (source / path.name).write_bytes(path.read_bytes())
    done = sphinx(source, site)
    assert done.returncode == 0, done.stdout + done.stderr
    return {number: site / f"{path.stem}.html" for number, path in CHAPTERS.items()}


def assert_one_closed_fold_behind_each_check(page: str, number: int):
    asked = [question.id for question in by_chapter()[number]]
    before, *folds = page.split(BREAK)
    assert [each.split('"')[0] for each in folds] == asked
    for id, each in zip(asked, folds, strict=True):
        assert re.findall(r'\bcheck\("([^"]+)"', words(before))[-1] == id
        assert each.split(">")[0] == f'{id}"', "it is closed"
        before = each.partition("</details>")[2]
    assert [words(page).count(f"Hint {n}\n") for n in (1, 2, 3)] == 3 * [len(asked)]


@pytest.mark.parametrize("number", WRITTEN)
def test_every_check_is_followed_by_one_closed_fold(pages, number):
    page = pages[number].read_text(encoding="utf8")
    assert_one_closed_fold_behind_each_check(page, number)


@pytest.mark.book
@pytest.mark.parametrize("number", WRITTEN)
def test_so_it_is_in_the_built_book(site, number):
    page = site / "chapters" / f"{CHAPTERS[number].stem}.html"
    assert_one_closed_fold_behind_each_check(page.read_text(encoding="utf8"), number)


def test_a_check_of_an_unknown_question_is_a_warning(tmp_path):
    path = CHAPTERS[1]
    notebook = json.loads(path.read_text(encoding="utf8"))
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": []}
    cell |= {"execution_count": None, "source": 'check("rbm.zer", ...)'}
    notebook["cells"] = [notebook["cells"][0], cell]
    (tmp_path / path.name).write_text(json.dumps(notebook), encoding="utf8")
    done = sphinx(tmp_path, tmp_path / "_site")
    assert done.returncode != 0
    assert "did you mean 'rbm.zero'" in done.stderr


# -- what a fold says is what `check` accepts -----------------------------------------------------
@pytest.mark.parametrize("question", FUNCTIONS, ids=by_id)
def test_the_code_runs_by_itself_and_passes(question):
    source, names = self_contained(question.reference), {}
    exec(source, names)
    name = source.rpartition("\ndef ")[2].partition("(")[0].removeprefix("def ")
    assert check(question.id, names[name]).passed
    shown = words(fold(question))
    assert shown.endswith(source)


@pytest.mark.parametrize("question", FUNCTIONS, ids=by_id)
def test_the_code_can_be_put_in_the_place_of_the_stub(question):
    (number,) = [n for n, sheet in by_chapter().items() if question in sheet]
    if number not in CHAPTERS:
        pytest.skip("the chapter is not written yet")
    (cell,) = [cell for cell in code_cells(CHAPTERS[number]) if question.id in checked(cell)]
    (stub,) = [node for node in ast.parse(cell).body if isinstance(node, ast.FunctionDef)]
    (ours,) = [
        node
        for node in ast.parse(self_contained(question.reference)).body
        if isinstance(node, ast.FunctionDef)
    ]
    assert ours.name == stub.name
    assert ast.unparse(ours.args) == ast.unparse(stub.args)


@pytest.mark.parametrize("question", OTHERS, ids=by_id)
def test_the_answer_that_is_shown_is_accepted(question):
    shown = fold(question)
    strong = re.findall("<strong>(.*?)</strong>", shown)
    if isinstance(question, NumberQuestion):
        answer = strong[0].replace("−", "-")
    elif isinstance(question, ChoiceQuestion):
        answer = strong[0], int(strong[1])
    elif isinstance(question, TextQuestion):
        answer = words(shown)
    else:
        assert "<math" in shown
        answer = ast.literal_eval(words(re.search("Typed: (<code>.*?</code>)", shown)[1]))
    state = "kept, not judged" if isinstance(question, TextQuestion) else "passed"
    assert check(question.id, answer).state == state


# -- what the student's notebook has --------------------------------------------------------------
def bare(source: str) -> str:
    """Code without its layout."""
    return re.sub(r"\s", "", source)


@pytest.mark.parametrize("number", WRITTEN)
def test_no_notebook_holds_a_solution(number):
    path = CHAPTERS[number]
    whole = bare(
        "".join(map("".join, (c["source"] for c in json.loads(path.read_text())["cells"])))
    )
    for question in by_chapter()[number]:
        (cell,) = [cell for cell in code_cells(path) if question.id in checked(cell)]
        if isinstance(question, FunctionQuestion):
            (stub,) = [node for node in ast.parse(cell).body if isinstance(node, ast.FunctionDef)]
            docstring, empty = stub.body
            assert isinstance(docstring.value.value, str)
            assert empty.value.value is ...
            source = self_contained(question.reference)
            assert bare(source.partition("\n    ")[2] or source) not in whole
        else:
            (call,) = [node.value for node in ast.parse(cell).body]
            assert call.args[1].value is ...
            if isinstance(question.reference, str):
                assert bare(question.reference) not in whole


# -- in a browser ---------------------------------------------------------------------------------
@pytest.mark.parametrize("javascript", [True, False])
def test_a_fold_opens_on_a_phone_and_stays_closed_on_paper(pages, browser, javascript):
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=javascript
    )
    page = context.new_page()
    page.goto(pages[2].as_uri(), wait_until="load")
    solution = page.locator('[data-question="divergence.moment"]')
    code = solution.locator("pre")
    if javascript:
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.get_by_text("Hint 1").first.locator("..").get_attribute("open") is not None
        page.emulate_media(media="screen")
    assert not code.is_visible()
    solution.locator("summary").click()
    assert code.is_visible()
    box = solution.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    context.close()
