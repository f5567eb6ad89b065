"""The judge of each type of question; those of numbers, choices and text stand here."""

import math
import re

from ..errors import InputError
from .judge_formula import judge_expression, judge_line, judge_spot
from .judge_function import judge_function
from .judgement import EMPTY, RIGHT, Judgement, as_count, wrong
from .question import (
    ChoiceQuestion,
    ExpressionQuestion,
    FunctionQuestion,
    LineQuestion,
    NumberQuestion,
    Question,
    SpotTheError,
    TextQuestion,
)
from .typed import parse
from .verdict import KEPT

__all__ = ["judge"]

CLOSE = 5  # times the tolerance of a number: what is nearer than this is named as close


def judge(question: Question, answer) -> Judgement:
    """Judge one answer; raises only where the question itself is broken."""
    if answer is None or answer is ... or (isinstance(answer, str) and not answer.strip(" .…")):
        return EMPTY
    return JUDGES[type(question)](question, answer)


def judge_number(question: NumberQuestion, answer) -> Judgement:
    """Whether a number, with or without its unit, is near enough."""
    try:
        value, unit = _number(question, answer)
    except InputError as problem:
        return wrong(problem)
    size = question.units.get(unit, 1.0) if unit else 1.0
    value *= size / next(iter(question.units.values()), 1.0)

    def near(target):
        return math.isclose(value, target, rel_tol=question.relative, abs_tol=1e-12)

    if near(question.reference):
        return RIGHT
    for mistake in question.mistakes:
        if near(mistake.answer):
            return wrong(mistake.message)
    if near(-question.reference):
        return wrong("The sign is wrong.")
    if any(near(question.reference * each) for each in question.units.values()):
        return wrong("The number belongs to another unit.")
    if math.isclose(value, question.reference, rel_tol=CLOSE * question.relative):
        return wrong(f"Close, but not within {100 * question.relative:g} %: is it rounded?")
    if question.reference and value / question.reference > 0:
        power = math.log10(value / question.reference)
        if abs(power - round(power)) < 0.004 and round(power):
            return wrong("The digits are right; a power of ten is not.")
    return wrong("It is another number.")


def _number(question, answer) -> tuple[float, str]:
    """Value and unit, or InputError."""
    if isinstance(answer, str):
        units = "|".join(sorted(map(re.escape, question.units), key=len, reverse=True))
        found = re.fullmatch(rf"(.*?)\s*({units})?\s*", answer.strip()) if units else None
        text, unit = found.groups() if found else (answer, None)
        text = re.sub(r"(?<=\d)[, _](?=\d{3}\b)", "", text)
        if re.search(r"\d,\d", text):
            raise InputError(f"`{text[:40]}` has a comma; write decimals with a point, as in 3.5.")
        try:
            value = float(parse(text, {}))
        except (TypeError, OverflowError):
            raise InputError("it is not a real number.") from None
        except InputError as problem:
            listed = ", ".join(question.units)
            note = f" The units are {listed}." if listed else ""
            raise InputError(f"{problem}{note}") from None
        return value, unit or ""
    try:
        value = float(answer)
    except OverflowError:
        raise InputError("the number is too large.") from None
    except Exception:
        kind = type(answer).__name__
        form = f'3.5 or "3.5 {next(iter(question.units))}"' if question.units else "3.5"
        raise InputError(f"a number is asked for, such as {form}, but {kind} came.") from None
    if not math.isfinite(value):
        raise InputError(f"a finite number is asked for, but {value} came.")
    return value, ""


def judge_choice(question: ChoiceQuestion, answer) -> Judgement:
    """A letter and the number of a reason; both count."""
    letters, numbers = ", ".join(question.options), ", ".join(map(str, question.reasons))
    form = f'Give a letter ({letters}) and the number of a reason ({numbers}), such as ("a", 1).'
    if isinstance(answer, str):
        found = re.fullmatch(r"([a-zA-Z])(\d)?", re.sub(r"[\s().,:]", "", answer))
        answer = (found[1], found[2] and int(found[2])) if found else ()
    if not (isinstance(answer, tuple | list) and len(answer) == 2):
        return wrong(form)
    option, reason = answer
    if option is None or option is ...:
        return EMPTY
    option = option.lower().strip() if isinstance(option, str) else ""
    reason = as_count(reason)
    if option not in question.options:
        return wrong(form)
    if reason is None or reason is ...:
        return wrong("And why? Add the number of a reason.")
    if type(reason) is not int or reason not in question.reasons:
        return wrong(form)
    if (option, reason) == question.reference:
        return RIGHT
    chosen = [m for m in question.mistakes if m.answer[0] == option]
    exact = [m for m in chosen if m.answer[1] == reason]
    if exact or (chosen and option != question.reference[0]):
        return wrong((exact or chosen)[0].message)
    if option == question.reference[0]:
        return wrong("The choice is right, the reason is not.")
    return wrong("This is not what happens.")


def judge_text(question: TextQuestion, answer) -> Judgement:
    """Text is kept if there is enough of it; nobody judges it."""
    if not isinstance(answer, str):
        return wrong(f"A few sentences are asked for, but {type(answer).__name__} came.")
    count = len(answer.split())
    if count < question.least_words:
        given = "one word is" if count == 1 else f"{count} words are"
        return wrong(f"{given} not enough; write {question.least_words} or more.")
    return Judgement(KEPT, "Compare it with the answer below.")


JUDGES = {
    FunctionQuestion: judge_function,
    ExpressionQuestion: judge_expression,
    LineQuestion: judge_line,
    SpotTheError: judge_spot,
    NumberQuestion: judge_number,
    ChoiceQuestion: judge_choice,
    TextQuestion: judge_text,
}
