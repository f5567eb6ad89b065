"""The sign of an expression: from what it is, or from how it is written."""

from sympy import Add, Dummy, Expr, Mul, Pow, Symbol, factor, log

from .algebra import is_zero, with_moments
from .averages import DataAvg, DataSum
from .calculus import LogGap
from .integrals import KL, Expectation, Integral
from .nodes import IndexSum, Named
from .normal_form import normal
from .scope import own_letter
from .suprema import SupGap

__all__ = ["is_divergence", "is_positive", "sign_of"]


def sign_of(e, low, setting) -> str | None:
    """Return "positive", "not negative" or None: from what ``e`` is, or how it is written."""
    found = _sign_of_lowered(low(e), setting)
    return found if found == "positive" else _sign_as_written(e, low, setting) or found


def _sign_as_written(e, low, setting) -> str | None:
    if isinstance(e, Named):
        return sign_of(e.definition, low, setting)
    if isinstance(e, SupGap):
        return "not negative" if sign_of(e.candidate, low, setting) == "positive" else None
    e = _apart(e)
    if isinstance(e, KL):
        return "not negative" if is_divergence(e, low, setting) else None
    if isinstance(e, Expectation):
        signs = [sign_of(a, low, setting) for a in (e.body, e.law)]
        return "not negative" if all(signs) else None
    if isinstance(e, Integral):
        return "not negative" if sign_of(e.body, low, setting) else None
    if isinstance(e, log):  # log t > 0 for t > 1
        return sign_of(e.args[0] - 1, low, setting)
    if isinstance(e, LogGap):
        return "not negative" if sign_of(e.args[0], low, setting) == "positive" else None
    if isinstance(e, DataAvg) or (isinstance(e, DataSum) and e.args[2].is_positive):
        return "not negative" if sign_of(e.args[0], low, setting) else None
    if isinstance(e, IndexSum):
        signs = [sign_of(e.body, low.at(chosen), setting) for chosen in e.assignments(low)]
        return "not negative" if all(signs) else None
    if isinstance(e, (Add, Mul)):
        signs = [sign_of(a, low, setting) for a in e.args]
        some = any if isinstance(e, Add) else all
        if all(signs):
            return "positive" if some(s == "positive" for s in signs) else "not negative"
    if isinstance(e, Pow) and e.exp.is_Integer and e.exp > 0 and e.exp % 2 == 0:
        return "not negative" if low(e.base).is_real else None
    return None


def _apart(e):
    """``e`` with bound letters of its own: a domain or a value is not that of what is bound."""
    if isinstance(e, (Expectation, KL, Integral)):
        bound = e.variables
    elif isinstance(e, (DataAvg, DataSum)):
        bound = [e.args[1]] if isinstance(e.args[1], Symbol) else []
    else:
        return e
    return e.xreplace({v: own_letter(v) for v in bound})


def is_divergence(e: KL, low, setting) -> bool:
    """``KL = ∫ q (r - 1 - log r)`` with ``r = p/q``: so it is if both integrate to 1."""
    as_gap = Integral(e.q * LogGap(e.p / e.q), *e.variables)
    positive = low(e.q).is_positive and low(e.p).is_positive
    return bool(positive) and is_zero(low(e) - low(as_gap), setting.spread_names)


def is_positive(e, setting) -> bool:
    """Whether a lowered expression is proved to be greater than 0."""
    return _sign_of_lowered(e, setting) == "positive"


def _sign_of_lowered(e, setting) -> str | None:
    e = with_moments(e, setting.spread_names)
    for s, (start, end) in setting.domains.items():
        if (start, end) == (0, 1):  # every s in (0, 1) is 1/(1+u) with u > 0
            e = e.xreplace({s: 1 / (1 + Dummy(s.name, positive=True))})
    if _one_minus_power(e):
        return "positive"
    e = normal(factor(e))
    return "positive" if e.is_positive else "not negative" if e.is_nonnegative else None


def _one_minus_power(e: Expr) -> bool:
    """``1 - b^{-m} > 0`` for ``b > 1``, ``m > 0``."""
    base, power = (1 - e).as_base_exp()
    if (base - 1).is_positive:
        return bool((-power).is_positive)
    return bool((1 / base - 1).is_positive and power.is_positive and base.is_positive)
