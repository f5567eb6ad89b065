"""What a question is: one small dataclass for each type, all frozen, nothing heavy imported.

Every question has an id (``rbm.conditional``), a title, ★ to ★★★, minutes, a statement, three
hints from a question to the decisive idea, and a catalogue of mistakes: wrong answers that
students give, each with the sentence that `check` must say to it. A mistake is recognised by what
it does (its values, or its being equal as an expression): the catalogue is also the diagnosis.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import InputError

__all__ = [
    "Case",
    "ChoiceQuestion",
    "ExpressionQuestion",
    "FunctionQuestion",
    "LineQuestion",
    "Mistake",
    "NumberQuestion",
    "Question",
    "SpotTheError",
    "TextQuestion",
]

LEAST_MISTAKES = 3


@dataclass(frozen=True)
class Mistake:
    """A wrong answer, and what `check` says to answers that do the same."""

    answer: Any
    message: str


@dataclass(frozen=True)
class Case:
    """Arguments for one call of a student's function; ``extreme`` where overflow is at stake."""

    args: tuple
    extreme: bool = False


@dataclass(frozen=True, kw_only=True)
class Question:
    """What all types share. ``equation`` is the id that a message points to, or empty."""

    id: str
    title: str
    stars: int
    minutes: int
    statement: str
    hints: tuple[str, str, str]
    mistakes: tuple[Mistake, ...] = ()
    equation: str = ""

    def __post_init__(self):
        def refuse(what, given, accepted):
            raise InputError(f"`{what}` of {self.id} is {given!r}, but {accepted} is accepted.")

        if self.stars not in (1, 2, 3):
            refuse("stars", self.stars, "1, 2 or 3")
        if len(self.hints) != 3 or not all(self.hints):
            refuse("hints", self.hints, "a ladder of three sentences")
        if len(self.mistakes) < self.least_mistakes:
            refuse("mistakes", self.mistakes, f"a catalogue of at least {self.least_mistakes}")

    @property
    def least_mistakes(self) -> int:
        """How many mistakes the catalogue must have."""
        return LEAST_MISTAKES


@dataclass(frozen=True, kw_only=True)
class FunctionQuestion(Question):
    """A torch function. ``cases(draw)`` yields `Case`s, the smallest first, in float64.

    Every case is run in all ``dtypes``. ``gradients`` names the arguments through which autograd
    must reach the result. ``terms`` are parts of the result that are easily forgotten.
    ``probe(value, *args)`` turns a returned object into tensors; ``accept(values, *args)`` returns
    a sentence where many answers are right and the reference is only one of them.
    """

    reference: Callable
    cases: Callable
    returns: tuple[str, ...] = ()
    dtypes: tuple[str, ...] = ("float32", "float64")
    gradients: tuple[str, ...] = ()
    terms: Mapping[str, Callable] = field(default_factory=dict)
    probe: Callable | None = None
    accept: Callable | None = None
    tolerance: float = 1e-4  # relative; float64 beside float32 is held to a thousandth of it
    seconds: float = 10.0


@dataclass(frozen=True, kw_only=True)
class ExpressionQuestion(Question):
    """A formula, typed or a SymPy expression. ``symbols`` maps names to what they may be.

    Kinds: "real", "positive", "unit" (between 0 and 1), "count" (1, 2, 3, ...).
    """

    symbols: Mapping[str, str]
    reference: str


@dataclass(frozen=True, kw_only=True)
class LineQuestion(Question):
    """The missing line ``line`` of a derivation. ``names`` maps what may be typed to the board.

    ``{"xbar": r"\\bar{x}"}``: a word and the printed name of what it stands for. ``reference`` is
    one right form.
    """

    derivation: str
    line: int
    names: Mapping[str, str]
    reference: str


@dataclass(frozen=True, kw_only=True)
class SpotTheError(Question):
    """Which of ``lines`` (from 1) is wrong, and what should stand there: ``(2, "formula")``."""

    lines: tuple[str, ...]
    wrong_line: int
    symbols: Mapping[str, str]
    right_form: str

    @property
    def reference(self) -> tuple[int, str]:
        """The right answer."""
        return self.wrong_line, self.right_form


@dataclass(frozen=True, kw_only=True)
class NumberQuestion(Question):
    """A number, bare or with its unit; ``units`` maps each accepted unit to its size.

    A number without a unit is read in the first of them. ``relative`` is the tolerance.
    """

    reference: float
    units: Mapping[str, float] = field(default_factory=dict)
    relative: float = 0.01


@dataclass(frozen=True, kw_only=True)
class ChoiceQuestion(Question):
    """A choice with a reason: ``("b", 2)`` or ``"b2"``. Options are letters, reasons numbers."""

    options: Mapping[str, str]
    reasons: Mapping[int, str]
    reference: tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class TextQuestion(Question):
    """Free text: kept, not judged; ``reference`` is a model answer, shown behind a fold."""

    reference: str
    least_words: int = 8

    @property
    def least_mistakes(self) -> int:
        """What is not judged has no wrong answers."""
        return 0
