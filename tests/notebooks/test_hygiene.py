"""The chapters as files: no outputs, fixed ids, nothing that only the site could read."""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
APPENDIX = sorted((ROOT / "chapters" / "appendix").glob("*.ipynb"))
DIRECTIVE = re.compile(r"^\s*(`{3,}|:{3,})\s*\{|\{[a-z:]+\}`", re.MULTILINE)
EMPTY_ALT = re.compile(r"!\[\s*\]\(|<(?:img|svg)(?![^>]*(?:\balt|aria-label)=[\"'][^\"'])[^>]*>")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
KEPT = {"keep_output", "nbval-check-output"}


def text(cell) -> str:
    return "".join(cell["source"])


def tags(cell) -> set[str]:
    return set(cell["metadata"].get("tags", []))


@pytest.fixture(params=[*CHAPTERS, *APPENDIX], ids=lambda path: path.stem)
def notebook(request):
    return json.loads(request.param.read_text(encoding="utf8"))


def test_the_table_of_contents_and_the_folder_agree():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
    listed = {chapter["file"] for part in toc["parts"] for chapter in part["chapters"]}
    assert {f"chapters/{path.stem}" for path in CHAPTERS} == {
        file for file in listed if "/appendix/" not in file
    }


def test_outputs_are_kept_only_where_they_are_compared(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        kept = tags(cell) & KEPT
        assert kept in (set(), KEPT), f"cell {cell['id']}: both tags or none of {sorted(KEPT)}"
        assert bool(cell["outputs"]) <= bool(kept), f"cell {cell['id']} has outputs"
        assert bool(kept) <= bool(cell["outputs"]), f"cell {cell['id']} compares nothing"
        counted = cell["execution_count"] is not None  # nbval compares no cell that was not run
        assert counted == bool(kept), f"cell {cell['id']}: run `python tools/setup_cell.py`"
        assert len(json.dumps(cell["outputs"])) < 20_000, f"cell {cell['id']}: keep it short"


def test_cells_have_fixed_names(notebook):
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\w-]{1,64}", name) for name in ids)


def test_markdown_reads_the_same_everywhere(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            found = DIRECTIVE.search(text(cell))
            assert not found, f"cell {cell['id']} has a directive or role: {found[0]!r}"


def test_pictures_have_a_text(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            found = EMPTY_ALT.search(text(cell))
            assert not found, f"cell {cell['id']} has a picture without alt text: {found[0]!r}"


def test_nothing_is_left_unfinished(notebook):
    for cell in notebook["cells"]:
        assert not UNFINISHED.search(text(cell)), f"cell {cell['id']} is unfinished"


def test_kernel_and_format(notebook):
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert (notebook["nbformat"], notebook["nbformat_minor"]) >= (4, 5)
    assert "widgets" not in notebook["metadata"]


def test_the_first_cell_is_the_title(notebook):
    first = notebook["cells"][0]
    assert first["cell_type"] == "markdown"
    assert text(first).startswith("# ")
    titles = [c for c in notebook["cells"] if re.search(r"^# ", text(c), re.MULTILINE)]
    assert sum(cell["cell_type"] == "markdown" for cell in titles) == 1


@pytest.mark.parametrize(
    ("pattern", "bad", "good"),
    [
        (DIRECTIVE, "```{note}\nx\n```", "```python\nx = {1}\n```"),
        (DIRECTIVE, "see {ref}`there`", "the set $\\{a\\}$ and `code`"),
        (DIRECTIVE, "text\n:::{tip}", "a: b"),
        (EMPTY_ALT, "![](a.png)", "![a curve](a.png)"),
        (EMPTY_ALT, '<img src="a.png" alt="">', '<img alt="a curve" src="a.png">'),
        (EMPTY_ALT, "<svg viewBox='0 0 1 1'>", "<svg aria-label='a curve'>"),
    ],
)
def test_the_patterns_tell_good_from_bad(pattern, bad, good):
    assert pattern.search(bad)
    assert not pattern.search(good)
