"""The closed set of provers. A derivation names one for each line; it cannot bring its own.

A prover answers one question, ``prove(previous, current, setting)``: is it *proved* that the two
lines are equal for every value of their symbols? False means not proved. An inequality is proved
through its `gaps.Gap`: that it is the difference, that it is not negative, that it is 0 where
stated and only there.
"""

import itertools
from dataclasses import dataclass

from sympy import (
    Add,
    Dummy,
    Expr,
    Integer,
    Mul,
    S,
    Symbol,
    expand,
    factor,
    limit,
    log,
    oo,
)

from .algebra import is_zero
from .calculus import Diff, Iterate
from .conditions import falls, held, is_largest
from .integrals import KL, Expectation, Int, Integral
from .nodes import Tensor
from .setting import Setting
from .signs import is_positive
from .suprema import Sup

__all__ = [
    "PROVERS",
    "Algebra",
    "ByParts",
    "Cases",
    "Induction",
    "Logarithm",
    "Setting",
    "Substitution",
    "Supremum",
    "Tested",
]


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
        if any(t.kind != "binary" for t in self.tensors):
            return False
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
class Logarithm:
    """Both lines are positive (or integrals of something positive over the same variables), and
    their logarithms (or those of the integrands) are reduced to one form.
    """

    technique = "logarithms of both lines"
    kind = "proved"

    def prove(self, previous, current, setting) -> bool:
        return all(self._same(low(previous), low(current), setting) for low in setting.lowerings())

    def _same(self, a, b, setting) -> bool:
        (a, bound), (b, other) = _outer_integral(a), _outer_integral(b)
        if bound != other or not (_is_positive(a, setting) and _is_positive(b, setting)):
            return False
        return is_zero(log(a) - log(b), setting.spread_names)


def _is_positive(product: Expr, setting) -> bool:
    """Whether every factor is a real power of something positive."""
    powers = (f.as_base_exp() for f in Mul.make_args(product))
    return all(
        (base.is_positive or is_positive(base, setting))
        and (power.is_real or factor(power).is_real)
        for base, power in powers
    )


def _outer_integral(e: Expr) -> tuple[Expr, tuple]:
    """``c ∫ f`` as (c f, variables); anything else as it is, with none."""
    found = [f for f in Mul.make_args(e) if isinstance(f, Int)]
    if len(found) != 1 or set(found[0].bound) & (e / found[0]).free_symbols:
        return e, ()
    return e / found[0] * found[0].body, found[0].bound


@dataclass(frozen=True)
class ByParts:
    """The lines differ by ``∫ (d/dv) certificate dv``, which is 0: the boundary term vanishes.

    Every term of the certificate has a density over ``v``, or ``exp(-energy)``, as a factor. That
    it falls faster than the rest grows is an assumption, which the derivation lists.
    """

    certificate: Expr
    variable: Symbol
    technique = "integration by parts"
    kind = "proved"

    def prove(self, previous, current, setting) -> bool:
        total = Integral(Diff(self.certificate, self.variable), self.variable)
        for low in setting.lowerings():
            inside, letters = low.apart(self.certificate, [self.variable])
            terms = Add.make_args(expand(inside))
            if not all(falls(term, letters[self.variable]) for term in terms):
                return False
            if not is_zero(low(previous) - low(current) - low(total), setting.spread_names):
                return False
        return True


@dataclass(frozen=True)
class Substitution:
    """In the first line the variable ``old`` of every integral becomes ``inner``, a growing
    function of ``new`` from the whole line onto the whole line (affine); then algebra.
    """

    old: Symbol
    new: Symbol
    inner: Expr
    technique = "change of variables"
    kind = "proved"

    def prove(self, previous, current, setting) -> bool:
        for low in setting.lowerings():
            inner = low(self.inner)
            slope = inner.diff(self.new)
            if not slope.is_positive or self.new in slope.free_symbols:
                return False
            if held(previous, self.old) & self._in_use:
                return False
            if not is_zero(low(self._moved(previous, slope)) - low(current), setting.spread_names):
                return False
        return True

    @property
    def _in_use(self) -> set:
        return {self.old, self.new} | self.inner.free_symbols

    def _moved(self, e, slope):
        """``e`` with the new variable in every integral over the old one."""
        if isinstance(e, (Expectation, KL)):
            e = e.total
        if isinstance(e, Integral) and e.variables == (self.old,):
            if self.new in e.body.free_symbols:
                raise ValueError("the new variable is in use already")
            moved = e.body.xreplace({self.old: self.inner})
            return Integral(Mul(moved, slope, evaluate=False), self.new)
        return e.func(*(self._moved(a, slope) for a in e.args)) if e.args else e


@dataclass(frozen=True)
class Supremum:
    """The `Sup` of the first line is the value of its bracket at ``at``: 0, infinity, or a
    positive number.

    Smooth brackets: the slope is 0 at ``at`` and the second derivative negative everywhere, or
    the slope has one sign and ``at`` is an end. With a ``corner`` in the bracket it is smooth on
    each side with a slope of one sign, and ``at`` is the corner or an end.
    """

    at: Expr
    corner: Expr | None = None
    technique = "sign of the slope"
    kind = "proved"

    def prove(self, previous, current, setting) -> bool:
        for low in setting.lowerings():
            before, after, at = low(previous), low(current), low(self.at)
            (sup,) = before.atoms(Sup)
            u = Dummy(sup.variable.name, positive=True)
            bracket = sup.body.xreplace({sup.variable: u})
            corner = None if self.corner is None else low(self.corner)
            if not is_largest(bracket, u, at, corner, setting):
                return False
            value = limit(bracket, u, at) if at in (0, oo) else bracket.xreplace({u: at})
            if not is_zero(before.xreplace({sup: value}) - after, setting.spread_names):
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


PROVERS = (Algebra, Cases, Induction, Logarithm, ByParts, Substitution, Supremum, Tested)
