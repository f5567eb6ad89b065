"""The ladder of hints: three for every question, the same in a chapter as in `check`."""

import json
import re
import sys
from pathlib import Path

import pytest

from genedu.exercises import check, questions
from genedu.exercises.question import TextQuestion
from genedu.exercises.registry import by_chapter
from genedu.exercises.rich import rich

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import hint_folds  # noqa: E402

CHAPTERS = {int(path.stem[:2]): path for path in (ROOT / "chapters").glob("[0-9]*.ipynb")}
WRITTEN = sorted(CHAPTERS.keys() & by_chapter())


def cells(path):
    return json.loads(path.read_text(encoding="utf8"))["cells"]


def test_every_chapter_has_the_hints_of_its_questions():
    stale = hint_folds.rewrite(write=False)
    assert not stale, f"run `python tools/hint_folds.py`: {[path.name for path in stale]}"


@pytest.mark.parametrize("number", WRITTEN)
def test_a_chapter_asks_each_of_its_questions_once_with_three_hints_above(number):
    asked = []
    before = ""
    for cell in cells(CHAPTERS[number]):
        source = "".join(cell["source"])
        for id in hint_folds.CHECK.findall(source) if cell["cell_type"] == "code" else ():
            asked.append(id)
            assert re.findall(r"<summary>(Hint \d)</summary>", before) == [
                f"Hint {n}" for n in (1, 2, 3)
            ]
        before = source
    assert asked == [question.id for question in by_chapter()[number]]


@pytest.mark.parametrize("question", questions(), ids=lambda q: q.id)
def test_check_shows_the_hints_with_their_mathematics_typeset(question):
    if isinstance(question, TextQuestion):
        return
    shown = check(question.id, question.mistakes[0].answer)._repr_html_()
    for hint in question.hints:
        assert rich(hint) in shown
        words = re.sub(r"<math.*?</math>", "", rich(hint), flags=re.DOTALL)
        assert not re.search(r"[$\\]", words)
        assert "merror" not in rich(hint)
        assert rich(hint).count("<math") == hint.count("$") / 2


def test_a_stale_hint_is_written_anew_and_the_text_above_stays():
    (path,) = [path for number, path in CHAPTERS.items() if number == 3]
    notebook = {"cells": cells(path)}
    fresh = hint_folds.with_hints(notebook)
    text = json.dumps(fresh, ensure_ascii=False)
    stale = json.loads(text.replace("Make the numerator 1.", "Make it 2."))
    assert stale != fresh
    assert hint_folds.with_hints(stale) == fresh
    assert hint_folds.with_hints(fresh) == fresh


def test_a_check_without_a_text_before_it_is_refused():
    code = {"cell_type": "code", "source": ['check("rbm.zero", ...)']}
    with pytest.raises(ValueError, match=r"add a cell before it"):
        hint_folds.with_hints({"cells": [code, code]})
