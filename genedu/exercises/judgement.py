"""What a judge says, before `check` makes a verdict of it."""

from dataclasses import dataclass

from .verdict import NOT_ANSWERED, NOT_YET, PASSED

__all__ = ["EMPTY", "RIGHT", "Judgement", "as_count", "sentence", "wrong"]


@dataclass(frozen=True)
class Judgement:
    """A state, a message, and details (name, text)."""

    state: str
    message: str = ""
    details: tuple[tuple[str, str], ...] = ()


RIGHT = Judgement(PASSED)
EMPTY = Judgement(NOT_ANSWERED)


def wrong(message: str, *details: tuple[str, str]) -> Judgement:
    """Not yet, and why; details without text are left out."""
    return Judgement(NOT_YET, sentence(message), tuple(each for each in details if each[1]))


def as_count(value):
    """The whole number that ``2``, ``2.0`` and ``"2"`` stand for; anything else as it came.

    >>> as_count(" 2 "), as_count(2.5)
    (2, 2.5)
    """
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 9:
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def sentence(said) -> str:
    """A message with a capital letter."""
    text = str(said)
    return text[:1].upper() + text[1:]
