"""Every question with its catalogue: nothing, the reference, and each wrong answer."""

from dataclasses import replace
from pathlib import Path

import pytest

from genedu.errors import InputError
from genedu.exercises import check, questions
from genedu.exercises.cases import Draw
from genedu.exercises.question import (
    ChoiceQuestion,
    ExpressionQuestion,
    FunctionQuestion,
    LineQuestion,
    NumberQuestion,
    SpotTheError,
    TextQuestion,
)
from genedu.exercises.registry import by_chapter, find

ROOT = Path(__file__).resolve().parents[2]
ALL = questions()
MISTAKES = [(q, m) for q in ALL for m in q.mistakes]
TYPES = {
    ChoiceQuestion,
    ExpressionQuestion,
    FunctionQuestion,
    LineQuestion,
    NumberQuestion,
    SpotTheError,
    TextQuestion,
}


def stub(*_):
    """What a student finds in the notebook."""
    ...


def unwritten(*_):
    raise NotImplementedError


@pytest.mark.parametrize("question", ALL, ids=lambda q: q.id)
def test_nothing_is_not_answered(question):
    empty = [None, ..., "", "  "]
    if isinstance(question, FunctionQuestion):
        empty += [stub, unwritten]
    if isinstance(question, ChoiceQuestion | SpotTheError):
        empty += [(..., ...), (None, None)]
    for answer in empty:
        verdict = check(question.id, answer)
        assert verdict.state == "not answered"
        assert not verdict.message


@pytest.mark.parametrize("question", ALL, ids=lambda q: q.id)
def test_the_reference_passes(question):
    verdict = check(question.id, question.reference)
    kept = isinstance(question, TextQuestion)
    assert verdict.state == ("kept, not judged" if kept else "passed"), verdict


@pytest.mark.parametrize(
    "question, mistake", MISTAKES, ids=[f"{q.id}-{q.mistakes.index(m)}" for q, m in MISTAKES]
)
def test_each_mistake_gets_its_own_message(question, mistake):
    verdict = check(question.id, mistake.answer)
    assert verdict.state == "not yet"
    # the line of a `SpotTheError` may be named first, and messages begin with a capital
    assert verdict.message.lower().endswith(mistake.message.lower()), verdict


@pytest.mark.parametrize("question", ALL, ids=lambda q: q.id)
def test_messages_differ_and_never_tell_the_answer(question):
    messages = [mistake.message for mistake in question.mistakes]
    assert len(set(messages)) == len(messages)
    if isinstance(question, ExpressionQuestion | LineQuestion):
        assert not any(question.reference in message for message in messages)


@pytest.mark.parametrize("question", ALL, ids=lambda q: q.id)
def test_a_question_without_its_catalogue_is_refused(question):
    if not isinstance(question, TextQuestion):
        with pytest.raises(InputError, match="catalogue of at least 3"):
            replace(question, mistakes=question.mistakes[:2])
    with pytest.raises(InputError, match="ladder of three"):
        replace(question, hints=question.hints[:2])


FUNCTIONS = [question for question in ALL if isinstance(question, FunctionQuestion)]


@pytest.mark.parametrize("question", FUNCTIONS, ids=lambda q: q.id)
def test_functions_are_tried_on_several_seeded_cases(question):
    cases = list(question.cases(Draw()))
    again = list(question.cases(Draw()))
    assert len(cases) >= 2 or not cases[0].args
    for one, two in zip(cases, again, strict=True):
        for a, b in zip(one.args, two.args, strict=True):
            same = a.equal(b) if hasattr(a, "equal") else type(a) is type(b)
            assert same, "the inputs are seeded"


def test_the_book_has_enough_exercises_of_every_type():
    notebooks = (ROOT / "chapters").glob("[0-9]*.ipynb")
    assert sorted(by_chapter()) == sorted(int(path.stem[:2]) for path in notebooks)
    assert len(ALL) >= 22
    assert all(3 <= len(sheet) <= 9 for sheet in by_chapter().values())
    assert {type(question) for question in ALL} == TYPES
    for sheet in by_chapter().values():
        assert len({question.stars for question in sheet}) > 1


def test_equations_that_messages_point_to_exist():
    from genedu import derivations

    known = {*derivations.ids(), "bm-energy", "gan-jsd"}
    assert {question.equation for question in ALL} - {""} <= known


def test_an_unknown_question_is_said_and_not_raised():
    verdict = check("rbm.conditionl", stub)
    assert verdict.state == "not answered"
    assert "did you mean 'rbm.conditional'" in verdict.message
    with pytest.raises(InputError):
        find("rbm.conditionl")


def test_a_new_file_of_questions_is_found_by_its_name(tmp_path, monkeypatch):
    from genedu.exercises import sheets

    (tmp_path / "chapter_98.py").write_text(
        "from genedu.exercises.registry import find\n"
        "from genedu.exercises.question import NumberQuestion, Mistake\n"
        "QUESTIONS = (NumberQuestion(id='new.one', title='t', stars=1, minutes=1, statement='s',\n"
        "    hints=('a', 'b', 'c'), reference=2.0, units={'nats': 1.0, 'bits': 0.6931},\n"
        "    mistakes=tuple(Mistake(n, f'not {n}') for n in (3.0, 4.0, 5.0))),)\n"
    )
    monkeypatch.setattr(sheets, "__path__", [*sheets.__path__, str(tmp_path)])
    by_chapter.cache_clear()
    try:
        assert check("new.one", 2).passed
        assert check("new.one", "2 nats").passed
        assert check("new.one", "2.885 bits").passed
        assert check("new.one", "sqrt(4)").passed
        assert check("new.one", 2.01).passed
        assert check("new.one", 4).message == "Not 4.0"
        assert "power of ten" in check("new.one", 0.2).message
        assert "sign" in check("new.one", -2).message
        assert "units are nats, bits" in check("new.one", "2 metres").message
        assert "another number" in check("new.one", "17").message
        assert "number is asked for" in check("new.one", [2]).message
    finally:
        by_chapter.cache_clear()
        monkeypatch.undo()
    assert "new.one" not in {question.id for question in questions()}
