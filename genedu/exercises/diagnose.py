"""Names the likely mistake: what an answer does, compared with transformations of the reference.

The order is that of certainty: no result at all, behaviour (inputs changed, a batch of one, large
inputs), the question's own catalogue, then general slips in the values.
"""

import torch
from torch import Tensor

from .compare import Result, agree
from .messages import AXIS, BATCH_ONE, IN_PLACE, MIXED, OVERFLOW, PRECISION
from .runner import call
from .slips import values

__all__ = ["explain"]


def explain(question, results: list[Result], names: list[str]) -> str:
    """Return the sentence for the likely mistake, or nothing; at least one result is wrong."""
    wrong = [r for r in results if not r.right]
    if not wrong:
        return ""
    valued = [r for r in results if r.outcome.kind == "values"]
    changed = next((r.outcome.changed for r in results if r.outcome.changed), ())
    if changed:
        return IN_PLACE.format(a=changed[0])
    if any(r.outcome.kind in ("time", "nothing") for r in wrong):
        return ""
    if batch_one(results):
        return BATCH_ONE
    whole = len(valued) == len(results)
    said = (
        catalogue(question, valued)
        or (whole and pattern(results))
        or shapes(valued)
        or ("" if question.accept else values(question, valued, names))
        or (MIXED if whole and rows_mix(results) else "")
    )
    raised = next((r.difference for r in results if r.outcome.kind != "values"), "")
    return said or raised


def batch_one(results) -> bool:
    """Whether exactly the cases with one row go wrong."""
    alone = [r.rows == 1 for r in results]
    return (
        any(alone)
        and not all(alone)
        and all(one != r.right for one, r in zip(alone, results, strict=True))
    )


def rows_mix(results) -> bool:
    """Whether the cases with one row, and only these, are right."""
    usual = [r for r in results if not r.case.extreme]
    return any(r.rows == 1 for r in usual) and all((r.rows == 1) == r.right for r in usual)


def catalogue(question, results) -> str:
    """The message of the mistake in the catalogue that gives the same values everywhere."""
    if not results:
        return ""
    for mistake in question.mistakes:
        outcomes = [
            call(mistake.answer, r.case.args, r.dtype, probe=question.probe, seconds=30)
            for r in results
        ]
        if not all(_same(o, r.outcome, question) for o, r in zip(outcomes, results, strict=True)):
            continue
        differs = question.accept is not None or any(
            not _same(o, r.expected, question) for o, r in zip(outcomes, results, strict=True)
        )
        if differs:
            return mistake.message
    return ""


def _same(a, b, question) -> bool:
    return (
        a.kind == b.kind == "values"
        and len(a.values) == len(b.values)
        and all(agree(x, y, question.tolerance) for x, y in zip(a.values, b.values, strict=True))
    )


def pattern(results) -> str:
    """Mistakes that show in which cases go wrong: only large inputs, only single precision."""
    wrong = [r for r in results if not r.right]
    if all(r.case.extreme for r in wrong) and not all(r.case.extreme for r in results):
        finite = all(v.isfinite().all() for r in wrong for v in r.outcome.values)
        return PRECISION if finite else OVERFLOW
    singles = [r for r in results if r.dtype == torch.float32]
    if all(r.dtype == torch.float32 and "dtype" not in r.difference for r in wrong) and len(
        singles
    ) < len(results):
        return PRECISION
    return ""


def shapes(results) -> str:
    """A reduction over another axis shows in the shape."""
    for r in results:
        for have, want in zip(r.outcome.values, r.expected.values, strict=False):
            if have.shape != want.shape:
                sizes = {n for a in r.case.args if isinstance(a, Tensor) for n in a.shape}
                if have.ndim == want.ndim and set(have.shape) <= sizes and have.ndim == 1:
                    return AXIS.format(have=tuple(have.shape), want=tuple(want.shape))
                return ""
    return ""
