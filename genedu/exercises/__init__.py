"""Exercises that check themselves, anywhere, and say what went wrong.

>>> from genedu.exercises import check
>>> check("rbm.conditional", ...)
rbm.conditional: not answered.

`check` never raises and never hangs; `progress` shows what has been answered in this session.
Importing this loads neither torch nor SymPy: they come with the first question.
"""

from .progress import progress, remember
from .verdict import KEPT, NOT_ANSWERED, NOT_YET, Verdict

__all__ = ["check", "progress", "questions"]

HINTS = ("A question", "A hint", "The decisive idea")


def questions(chapter: int | None = None):
    """Return the questions of one chapter, or of all, in the order of the book."""
    from .registry import questions

    return questions(chapter)


def check(question_id: str, answer=None) -> Verdict:
    """Judge an answer and say what went wrong; never raises, never hangs, sends nothing anywhere.

    The verdict displays itself in a notebook; ``verdict.passed`` is True or False.

    >>> check("rbm.conditionl", ...)  # doctest: +ELLIPSIS
    rbm.conditionl: not answered. `question` is 'rbm.conditionl'; did you mean 'rbm.conditional'...
    """
    from ..errors import InputError
    from .registry import find

    if not isinstance(question_id, str):
        said = f"The first argument is an id as text, not {type(question_id).__name__}."
        return Verdict("?", "no such question", NOT_ANSWERED, said)
    try:
        question = find(question_id)
    except InputError as problem:
        return Verdict(question_id[:60], "no such question", NOT_ANSWERED, str(problem)[:600])
    try:
        return _checked(question, answer)
    except Exception as problem:  # a broken check must not look like a broken answer
        said = f"This check itself failed ({type(problem).__name__}); please tell the authors."
        return Verdict(question.id, question.title, NOT_YET, said)


def _checked(question, answer) -> Verdict:
    from .judge import judge

    judgement = judge(question, answer)
    remember(question.id, judgement.state)
    details, folds = judgement.details, ()
    if judgement.state == NOT_YET:
        folds = tuple(zip(HINTS, question.hints, strict=True))
        if question.equation:
            details += (("see", f"Eq. {question.equation}"),)
    elif judgement.state == KEPT:
        folds = (("One answer", question.reference),)
    words = judgement.state, judgement.message
    return Verdict(question.id, question.title, *words, details, folds)
