"""General slips in values: a sign, a factor, a logarithm, two arguments that changed places."""

import itertools
import math

import torch
from torch import Tensor

from .compare import agree, names_of
from .messages import (
    CONSTANT,
    DOUBLE,
    EXP,
    HALF,
    LOG_BASE,
    MEAN_FOR_SUM,
    MISSING,
    NO_LOG,
    OFF_BY_ONE,
    SIGN,
    STD_FOR_VARIANCE,
    SUM_FOR_MEAN,
    SWAPPED,
    TERM_SIGN,
    TRANSPOSED,
    UNBIASED,
    VARIANCE_FOR_STD,
)
from .runner import call

__all__ = ["values"]


def values(question, results, names) -> str:
    """Try transformations of the reference on every result that is wrong."""
    results = [r for r in results if not r.case.extreme and r.dtype == torch.float64] or results
    if not results:
        return ""
    count = len(results[0].expected.values)
    if any(len(r.outcome.values) != count for r in results):
        return ""
    called = names_of(question, count)
    for n in range(count):
        pairs = [(r, r.expected.values[n].double(), r.outcome.values[n].double()) for r in results]
        if any(want.shape != have.shape for _, want, have in pairs):
            return ""
        if all(agree(have, want, question.tolerance) for _, want, have in pairs):
            continue
        sentence = (
            swapped(question, pairs, names, n)
            or terms(question, pairs)
            or transformed(question, pairs)
        )
        return f"{called[n]}: {sentence}" if sentence and count > 1 else sentence
    return ""


def transformed(question, pairs) -> str:
    """A function of the right value, the same in every case."""

    def rows(r):
        return max(r.rows, 1)

    if not any(have.any() for _, _, have in pairs):  # exp of a large loss rounds to 0 as well
        return ""
    table = (
        (SIGN, lambda e, r: -e),
        (LOG_BASE, lambda e, r: e / math.log(2)),
        (LOG_BASE, lambda e, r: e / math.log(10)),
        (VARIANCE_FOR_STD, lambda e, r: e**2),
        (STD_FOR_VARIANCE, lambda e, r: e.sqrt()),
        (NO_LOG, lambda e, r: e.exp()),
        (NO_LOG, lambda e, r: (-e).exp()),
        (EXP, lambda e, r: e.log()),
        (DOUBLE, lambda e, r: 2 * e),
        (HALF, lambda e, r: e / 2),
        (SUM_FOR_MEAN, lambda e, r: e * rows(r)),
        (MEAN_FOR_SUM, lambda e, r: e / rows(r)),
        (UNBIASED, lambda e, r: e * rows(r) / (rows(r) - 1)),
        (UNBIASED, lambda e, r: e * (rows(r) - 1) / rows(r)),
        (UNBIASED, lambda e, r: e * (rows(r) / (rows(r) - 1)) ** 0.5),
        (UNBIASED, lambda e, r: e * ((rows(r) - 1) / rows(r)) ** 0.5),
    )
    for sentence, transform in table:
        usable = [(r, e, g) for r, e, g in pairs if sentence is not UNBIASED or rows(r) > 1]
        if _all(usable, lambda e, r, transform=transform: transform(e, r), question):
            return sentence
    gaps = torch.cat([(g - e).flatten() for _, e, g in pairs])
    if gaps.numel() > 1 and agree(gaps, gaps[:1].expand_as(gaps), question.tolerance):
        return CONSTANT if gaps[0].abs() > question.tolerance else ""
    return ""


def _all(pairs, transform, question) -> bool:
    return bool(pairs) and all(
        g.shape == (t := transform(e, r)).shape and agree(g, t, question.tolerance)
        for r, e, g in pairs
    )


def terms(question, pairs) -> str:
    """One named part of the result left out, or with the other sign."""
    for name, term in question.terms.items():
        parts = {id(r): torch.as_tensor(term(*r.case.args)).double() for r, *_ in pairs}
        for sentence, factor in ((MISSING, 1), (TERM_SIGN, 2)):
            if _all(pairs, lambda e, r, f=factor, p=parts: e - f * p[id(r)], question):
                return sentence.format(a=name)
    return ""


def swapped(question, pairs, names, n: int) -> str:
    """The reference with two arguments exchanged, one transposed, or one shifted by one."""
    args = pairs[0][0].case.args
    candidates = []
    for i, j in itertools.combinations(range(len(args)), 2):
        if all(_alike(r.case.args[i], r.case.args[j]) for r, *_ in pairs):
            sentence = SWAPPED.format(a=names[i], b=names[j])
            candidates.append((sentence, lambda a, i=i, j=j: _put(a, {i: a[j], j: a[i]})))
    for i in range(len(args)):
        if all(_square(r.case.args[i]) for r, *_ in pairs):
            sentence = TRANSPOSED.format(a=names[i])
            candidates.append((sentence, lambda a, i=i: _put(a, {i: a[i].mT})))
        if all(_counts(r.case.args[i]) for r, *_ in pairs):
            sentence = OFF_BY_ONE.format(a=names[i])
            for shift in (1, -1):
                candidates.append((sentence, lambda a, i=i, s=shift: _put(a, {i: a[i] + s})))
    for sentence, change in candidates:
        outcomes = [
            (call(question.reference, change(r.case.args), r.dtype, probe=question.probe), g)
            for r, _, g in pairs
        ]
        if all(
            o.kind == "values" and agree(o.values[n], g, question.tolerance) for o, g in outcomes
        ):
            return sentence
    return ""


def _put(args, new) -> tuple:
    return tuple(new.get(place, each) for place, each in enumerate(args))


def _alike(a, b) -> bool:
    return (
        isinstance(a, Tensor)
        and isinstance(b, Tensor)
        and a.shape == b.shape
        and a.dtype == b.dtype
    ) or (type(a) is type(b) and isinstance(a, float))


def _square(a) -> bool:
    return isinstance(a, Tensor) and a.ndim == 2 and a.shape[0] == a.shape[1] > 1


def _counts(a) -> bool:
    if isinstance(a, Tensor):
        return not a.is_floating_point() and a.dtype != torch.bool
    return isinstance(a, int) and not isinstance(a, bool)
