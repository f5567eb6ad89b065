"""Judging a function: runs it on every case, compares outside, names the likely mistake."""

import inspect

import torch

from ..errors import InputError
from .cases import Draw
from .compare import Result, agree, difference, fitted, show
from .diagnose import explain
from .judgement import EMPTY, RIGHT, Judgement, wrong
from .messages import DETACHED, GRADIENT
from .question import FunctionQuestion
from .runner import Outcome, call, is_stub, parameters

__all__ = ["judge_function"]


def judge_function(question: FunctionQuestion, answer) -> Judgement:
    """Run the function on all cases and name what is wrong with it."""
    if not callable(answer):
        return wrong(
            f"A function is asked for, but {type(answer).__name__} came. Give the function "
            "itself, without calling it: its name, no parentheses after it."
        )
    if is_stub(answer):
        return EMPTY
    names = parameters(question.reference)[: len(next(iter(question.cases(Draw()))).args)]
    said = _unfit(answer, names)
    if said:
        return wrong(said)
    results = run(question, answer, names)
    if results[-1].outcome.kind == "stub":
        return EMPTY
    bad = next((r for r in results if not r.right), None)
    if bad is None:
        bad, said = _bad_slope(results, names)
        if bad is None:
            return RIGHT
    else:
        said = explain(question, results, names) or bad.difference
    given = ", ".join(
        f"{name} = {show(each)}" for name, each in zip(names, bad.case.args, strict=False)
    )
    kind = str(bad.dtype).removeprefix("torch.")
    returned = ", ".join(map(show, bad.outcome.values))
    return wrong(
        said,
        ("smallest failing input", f"{given} ({kind})" if given else ""),
        ("it returned", returned),
        ("it printed", bad.outcome.printed.strip()),
    )


def run(question, answer, names) -> list:
    """All cases in all dtypes, the smallest first; stops where the time is up."""
    results, used = [], 0.0
    asked = {"names": tuple(names), "probe": question.probe, "gradients": question.gradients}
    for case in question.cases(Draw()):
        for dtype in (getattr(torch, kind) for kind in question.dtypes):
            expected = Outcome("values")
            if question.accept is None:
                expected = call(question.reference, case.args, dtype, **asked, seconds=60)
            if expected.kind != "values":
                raise InputError(f"the reference of {question.id} fails: {expected.problem}")
            left = max(question.seconds - used, 0.2)
            outcome = call(answer, case.args, dtype, **asked, seconds=left)
            used += outcome.seconds
            outcome = fitted(outcome, expected)
            differs = difference(question, case, dtype, expected, outcome)
            results.append(Result(case, dtype, expected, outcome, differs))
            if outcome.kind in ("time", "stub"):
                return results
    return results


def _unfit(answer, names) -> str:
    """A sentence if the function cannot be called with as many arguments as are given."""
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return ""
    try:
        signature.bind(*names)
    except TypeError:
        return (
            f"Your function takes ({', '.join(signature.parameters)}), but it is called with "
            f"{len(names)} argument{'s' * (len(names) != 1)}: ({', '.join(names)})."
        )
    return ""


def _bad_slope(results, names):
    """The first result whose values are right but whose gradients are not, and a sentence."""
    for r in results:
        for name, right in r.expected.gradients.items():
            have = r.outcome.gradients.get(name)
            if right is None:
                continue
            if have is None:
                return r, DETACHED.format(a=name)
            if not agree(have, right, 1e-3 if r.dtype.itemsize == 4 else 1e-6):
                return r, GRADIENT.format(a=name)
    return None, ""
