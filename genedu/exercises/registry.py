"""Where the questions are found: every ``sheets/chapter_NN`` and its ``QUESTIONS``."""

import pkgutil
from functools import cache
from importlib import import_module

from ..errors import InputError, require_choice
from . import sheets
from .question import Question

__all__ = ["by_chapter", "find", "questions"]


@cache
def by_chapter() -> dict[int, tuple[Question, ...]]:
    """Return the questions of each chapter; a new sheet is found by its name."""
    names = sorted(module.name for module in pkgutil.iter_modules(sheets.__path__))
    found = {
        int(name.removeprefix("chapter_")): import_module(f"{sheets.__name__}.{name}").QUESTIONS
        for name in names
        if name.startswith("chapter_")
    }
    ids = [question.id for sheet in found.values() for question in sheet]
    twice = {id for id in ids if ids.count(id) > 1}
    if twice:
        raise InputError(f"`id` {min(twice)!r} is used by two questions, but one is accepted.")
    return found


def questions(chapter: int | None = None) -> tuple[Question, ...]:
    """Return the questions of one chapter, or of all.

    >>> "rbm.conditional" in [question.id for question in questions(4)]
    True
    """
    return tuple(
        question
        for number, sheet in by_chapter().items()
        for question in sheet
        if chapter in (None, number)
    )


def find(id: str) -> Question:
    """Return one question, or raise InputError with the nearest ids."""
    known = {question.id: question for question in questions()}
    return known[require_choice("question", id, known)]
