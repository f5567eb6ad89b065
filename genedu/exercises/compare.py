"""Comparison outside the student's code: number of results, shapes, dtypes, values."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .question import Case
from .runner import Outcome

__all__ = ["Result", "agree", "difference", "fitted", "show"]

FINER = 1e-3  # what is judged in both precisions is held to this share in float64
ABSOLUTE = 0.1  # the absolute tolerance beside the relative one, in units of it


@dataclass(frozen=True)
class Result:
    """One call: its case, its dtype, what the reference gave and what the student's code gave."""

    case: Case
    dtype: torch.dtype
    expected: Outcome
    outcome: Outcome
    difference: str = ""

    @property
    def right(self) -> bool:
        """Whether the answer agrees here."""
        return not self.difference

    @property
    def rows(self) -> int:
        """How many rows the first tensor has that went in, or none."""
        first = next((a for a in self.case.args if isinstance(a, Tensor) and a.ndim), None)
        return 0 if first is None else len(first)


def agree(a: Tensor, b: Tensor, relative: float) -> bool:
    """Whether two tensors are the same within a tolerance; infinities and NaN count as values."""
    if a.shape != b.shape:
        return False
    scale = ABSOLUTE * relative
    return torch.allclose(a.double(), b.double(), rtol=relative, atol=scale, equal_nan=True)


def tolerance(question, dtype: torch.dtype) -> float:
    """The relative tolerance for results in ``dtype``."""
    both = dtype == torch.float64 and "float32" in question.dtypes
    return question.tolerance * (FINER if both else 1)


def names_of(question, count: int) -> list[str]:
    """How the results are called in a sentence."""
    if len(question.returns) == count:
        return list(question.returns)
    return ["the result"] if count == 1 else [f"result {n + 1}" for n in range(count)]


def difference(question, case: Case, dtype, expected: Outcome, outcome: Outcome) -> str:
    """Return one sentence on how an outcome differs from what is expected, or nothing.

    The sentence never contains an expected number.
    """
    if outcome.kind == "nothing":
        return "Your function returned None. Does it end with `return`?"
    if outcome.kind == "time":
        return (
            f"Your function was stopped: all calls together may take {question.seconds:g} s of "
            "CPU time. Is there a loop without end?"
        )
    if outcome.kind != "values":
        return outcome.problem
    if outcome.changed:
        return f"It changes its input `{outcome.changed[0]}` in place."
    if question.accept is not None:
        return question.accept(outcome.values, *case.args)
    have, want = outcome.values, expected.values
    if len(have) != len(want) or outcome.several != expected.several:
        accepted = f"{len(want)} are" if expected.several else "one is"
        given = f"{len(have)} results" if outcome.several else "one result"
        listed = f": {', '.join(question.returns)}" if question.returns else ""
        return f"{given} came back, but {accepted} asked for{listed}."
    names = names_of(question, len(want))
    for name, value, target in zip(names, have, want, strict=True):
        if value.shape != target.shape:
            return (
                f"{name} has shape {tuple(value.shape)}, but {tuple(target.shape)} is asked for."
            )
        if outcome.tensors and not value.is_floating_point():
            return f"{name} has dtype {value.dtype}, but a floating-point tensor is asked for."
        if outcome.tensors and value.dtype != dtype and any(map(_has_precision, case.args)):
            kinds = f"{_kind(dtype)} went in, and {_kind(value.dtype)} came out"
            return f"{name} should have the dtype of the input: {kinds}."
        if not agree(value, target, tolerance(question, dtype)):
            bad = not bool(value.isfinite().all()) and bool(target.isfinite().all())
            return f"{name} is not finite here." if bad else f"{name} has other values."
    return ""


def _has_precision(value) -> bool:
    """Whether an argument has a dtype that the result should share."""
    return isinstance(value, torch.nn.Module) or (
        isinstance(value, Tensor) and value.is_floating_point()
    )


def fitted(outcome: Outcome, expected: Outcome) -> Outcome:
    """The outcome in the form of the expected one: rows as a tensor, a vector as numbers."""
    have, want = outcome.values, expected.values
    if outcome.kind != "values" or not want or outcome.several == expected.several:
        return outcome
    if not expected.several and len({v.shape for v in have}) == 1:
        stacked = torch.stack(have)
        if stacked.shape == want[0].shape:
            return replace(outcome, values=(stacked,), several=False)
    if expected.several and have[0].shape == (len(want),) and not any(w.ndim for w in want):
        return replace(outcome, values=have[0].unbind(), several=True)
    return outcome


def _kind(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def show(value) -> str:
    """A short text for a number, a tensor or a model."""
    if not isinstance(value, Tensor):
        return value if isinstance(value, str) else repr(value)[:200]
    if value.numel() > 12:
        return f"tensor of shape {tuple(value.shape)}"
    return str(_rounded(value.tolist())).replace("'", "")


def _rounded(value):
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return f"{value:.4g}"
