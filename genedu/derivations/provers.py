"""The closed set of provers. A derivation names one for each line; it cannot bring its own.

A prover answers one question, ``prove(previous, current, setting)``: is it *proved* that the two
lines are equal for every value of their symbols? False means not proved. An inequality is proved
through its `Gap`: that it is the difference, that it is not negative, that it is 0 where stated.
"""

import itertools
from dataclasses import dataclass, field

from sympy import Add, Dummy, Expr, Integer, Mul, Pow, S, Symbol, factor

from .algebra import is_zero, normal, with_moments
from .averages import DataAvg, DataSum, bound_name
from .calculus import Iterate, LogGap
from .nodes import IndexSum, Named, Tensor
from .scope import Lowering

__all__ = ["PROVERS", "Algebra", "Cases", "Gap", "Induction", "Setting", "Tested"]


@dataclass(frozen=True)
class Setting:
    """What all lines of a chain share: sizes of the axes, free indices, domains, spread data."""

    sizes: dict = field(default_factory=dict)
    each: dict = field(default_factory=dict)  # free index -> axis: the line holds for each value
    domains: dict = field(default_factory=dict)  # symbol -> (low, high)
    spread: tuple = ()  # data symbols that are not all equal
    num: Symbol | None = None  # the number of data points
    used: set = field(default_factory=set, compare=False)  # axes that a proof gave a size

    def lowerings(self, unfold=()):
        """One `Lowering` for each assignment of the free indices."""
        base = Lowering(self.sizes, unfold=unfold, used=self.used)
        spans = [range(1, base.size(axis) + 1) for axis in self.each.values()]
        for values in itertools.product(*spans):
            yield base.at(dict(zip(self.each, map(Integer, values), strict=True)))

    @property
    def spread_names(self) -> frozenset:
        return frozenset(map(bound_name, self.spread))


@dataclass(frozen=True)
class Algebra:
    """Both lines are reduced to one canonical form: finite sums, logarithms, exponentials, data
    averages, matrix words and Gaussian moments. ``unfold`` names matrices to be defined first.
    """

    unfold: tuple = ()
    technique = "algebra"
    kind = "proved"

    def prove(self, previous, current, setting) -> bool:
        spread = setting.spread_names
        return all(
            is_zero(low(previous) - low(current), spread) for low in setting.lowerings(self.unfold)
        )


@dataclass(frozen=True)
class Cases:
    """Every combination of 0 and 1 for the entries of binary tensors is reduced by itself."""

    tensors: tuple[Tensor, ...]
    technique = "all cases of the binary units"
    kind = "proved"

    def prove(self, previous, current, setting) -> bool:
        for low in setting.lowerings():
            difference = low(previous) - low(current)
            entries = [s for t in self.tensors for s in t.entries(low.size).values()]
            for values in itertools.product((Integer(0), Integer(1)), repeat=len(entries)):
                if not is_zero(difference.xreplace(dict(zip(entries, values, strict=True)))):
                    return False
        return True


@dataclass(frozen=True)
class Induction:
    """``closed`` solves the recursion, shown from n = 0 and from n to n + 1; then algebra."""

    recursion: Iterate
    closed: Expr
    technique = "induction on n"
    kind = "proved"

    def prove(self, previous, current, setting) -> bool:
        for low in setting.lowerings():
            recursion, closed = low(self.recursion), low(self.closed)
            _, rule, variable, start, count = recursion.args
            begins = is_zero(closed.xreplace({count: S.Zero}) - start)
            next_one = closed.xreplace({count: count + 1})
            goes_on = is_zero(next_one - rule.xreplace({variable: closed}))
            difference = (low(previous) - low(current)).xreplace({recursion: closed})
            if not (begins and goes_on and is_zero(difference)):
                return False
        return True


@dataclass(frozen=True)
class Tested:
    """No proof, only ``points`` random numbers: for statements that no prover can reach."""

    points: int = 200
    technique = "random points, tolerance 1e-9"

    @property
    def kind(self) -> str:
        return f"tested at {self.points} points"

    def prove(self, previous, current, setting) -> bool:
        from .refuter import refute

        return refute(previous, current, "=", setting, points=self.points) is None


PROVERS = (Algebra, Cases, Induction, Tested)


@dataclass(frozen=True)
class Gap:
    """What separates the two sides of an inequality: larger = smaller + ``expr``.

    ``zero_when`` says at which values of the parameters it vanishes (for ``<`` and ``>``: never,
    and it is left out).
    """

    expr: Expr
    zero_when: dict[Symbol, Expr] | None = None

    def holds(self, previous, current, relation, evidence, setting) -> str:
        """An empty string if all is proved, else what is not."""
        strict = relation in "<>"
        if strict == (self.zero_when is not None):
            return "a gap says where it is 0 exactly if the inequality is not strict"
        larger, smaller = (previous, current) if relation in "≥>" else (current, previous)
        if not evidence.prove(larger, Add(smaller, self.expr, evaluate=False), setting):
            return "the gap is not proved to be the difference"
        for low in setting.lowerings():
            sign = sign_of(self.expr, low, setting)
            if sign != "positive" and (strict or sign != "not negative"):
                return f"the gap is not proved to be {'positive' if strict else 'at least 0'}"
            if not strict:
                values = {s: low(v) for s, v in self.zero_when.items()}
                if not is_zero(low(self.expr).xreplace(values), setting.spread_names):
                    return "the gap is not proved to be 0 where it is said to be"
        return ""


def sign_of(e, low, setting) -> str | None:
    """Return "positive", "not negative" or None: from what ``e`` is, or how it is written."""
    found = _sign_of_lowered(low(e), setting)
    return found if found == "positive" else _sign_as_written(e, low, setting) or found


def _sign_as_written(e, low, setting) -> str | None:
    if isinstance(e, Named):
        return sign_of(e.definition, low, setting)
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
