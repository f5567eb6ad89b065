"""Judging formulas: an expression, the right form of a wrong line, the missing line of a proof."""

from dataclasses import replace

from ..derivations import load
from ..derivations.provers import Algebra
from ..errors import InputError
from . import messages
from .board_words import board_words, written_out
from .judgement import EMPTY, RIGHT, Judgement, as_count, wrong
from .question import ExpressionQuestion, LineQuestion, Mistake, SpotTheError
from .symbolic import close, same
from .timelimit import TimeUp, limited
from .typed import declare, parse, read, read_line
from .verdict import NOT_YET

__all__ = ["judge_expression", "judge_line", "judge_spot"]

DECIDE, EXPLAIN, PROVE = 1.2, 0.5, 10.0  # seconds of CPU for an answer, its mistake, a line


def judge_expression(question: ExpressionQuestion, answer) -> Judgement:
    """Whether a formula equals the right one."""
    return _formula(answer, question.symbols, question.reference, question.mistakes)


def _formula(answer, kinds, reference: str, mistakes) -> Judgement:
    symbols = declare(kinds)
    try:
        given = limited(lambda: read(answer, symbols), DECIDE)
    except InputError as problem:
        return wrong(problem)
    right = parse(reference, symbols)
    try:
        if limited(lambda: same(given, right, kinds), DECIDE):
            return RIGHT
    except TimeUp:
        return wrong("It takes too long to compare this; write it in a simpler form.")
    try:
        said = limited(lambda: _slip(given, right, kinds, mistakes, symbols), EXPLAIN)
    except TimeUp:
        said = "It is a different function."
    return wrong(said, ("read as", str(given)))


def _slip(given, right, kinds, mistakes, symbols) -> str:
    """The mistake of the catalogue that equals the answer, or a general slip."""
    for mistake in mistakes:
        if same(given, parse(mistake.answer, symbols), kinds):
            return mistake.message
    half = parse("1/2", {})
    factors = (-1, messages.SIGN), (2, messages.DOUBLE), (half, messages.HALF)
    for factor, said in factors:
        if same(given, right * factor, kinds):
            return said
    if not (given - right).expand().free_symbols:
        return messages.CONSTANT
    if close(given, right, kinds):
        return "Close, but not equal. Write exact numbers, such as log(2) or 1/3."
    return "It is a different function."


def judge_spot(question: SpotTheError, answer) -> Judgement:
    """First the line, then what should stand in it."""
    form = 'Give the number of the line and what should stand there: (2, "formula").'
    if not (isinstance(answer, tuple | list) and len(answer) == 2):
        return wrong(form)
    line, right = answer
    if line is None or line is ... or right is None or right is ... or right == "":
        return EMPTY
    line = as_count(line)
    if type(line) is not int:
        return wrong(form)
    if not 1 <= line <= len(question.lines):
        return wrong(f"There are lines 1 to {len(question.lines)}.")
    here = [m for m in question.mistakes if m.answer[0] == line]
    if line != question.wrong_line:
        follows = f"Line {line} is right, or follows from the line before it."
        return wrong(here[0].message if here else follows)
    mistakes = [Mistake(m.answer[1], m.message) for m in here]
    result = _formula(right, question.symbols, question.right_form, mistakes)
    if result.state == NOT_YET:
        message = f"Line {line} is the one. What should stand there? {result.message}"
        return Judgement(NOT_YET, message, result.details)
    return result


def judge_line(question: LineQuestion, answer) -> Judgement:
    """Put the line into the derivation and ask for its own evidence on both sides."""
    derivation = load(question.derivation)
    names = board_words(derivation, question.names)
    try:
        given = limited(lambda: read_line(answer, names), DECIDE)
        ok, said = limited(lambda: _line(question, derivation, names, given), PROVE)
    except InputError as problem:
        return wrong(problem)
    except TimeUp:
        return wrong("It takes too long to follow this; write it closer to its neighbours.")
    return RIGHT if ok else wrong(said, ("read as", _typed(answer, given)))


def _typed(answer, given) -> str:
    return answer if isinstance(answer, str) else str(given)


def _line(question, derivation, names, given) -> tuple[bool, str]:
    """Whether the line holds, and if not, why."""
    line, steps = question.line, derivation.steps
    around = {"before": line - 1, "after": line + 1}
    again = [
        side
        for side, n in around.items()
        if n < len(steps) and given == written_out(steps[n].expr)
    ]
    changed = derivation.replace(line, given)
    rows = [changed.check_link(n, seconds=None) for n in (line, line + 1) if n in changed.links()]
    if not again and all(row.ok for row in rows):
        return True, ""
    for mistake in question.mistakes:
        if _alike(derivation, line, given, read_line(mistake.answer, names)):
            return False, mistake.message
    refuted = next((row for row in rows if row.kind == "refuted"), None)
    if refuted:
        side = "before" if refuted.step == line else "after"
        return False, f"This line does not equal the one {side} it."
    if again or any(row.kind == "says nothing" for row in rows):
        side = again[0] if again else "before" if not rows[0].ok else "after"
        return False, f"This is the line {side} it again; what stands between?"
    # the numbers agree, but the prover of this link cannot follow: compare with the hidden line
    if _alike(derivation, line, given, steps[line].expr):
        return True, ""
    return (
        False,
        "The numbers agree, but no proof was found: stay closer to its neighbours.",
    )


def _alike(derivation, line: int, a, b) -> bool:
    """Whether two expressions are equal by plain algebra in the setting of a line."""
    chain = derivation.chains[derivation.place(line)[0]]
    try:
        return bool(Algebra().prove(a, b, replace(chain.setting, used=set())))
    except Exception:  # a wrong line can break anything; then they are not alike
        return False
