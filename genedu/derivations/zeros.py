"""Where a gap is 0 *only*: equations that follow from its being 0.

A gap is built from parts that are not negative. Where it is 0 each of them is, and that forces an
equation, ``r = 1`` in ``r - 1 - log r = 0``. What analysis adds to the algebra is three theorems:
they are named beside the line, not proved.
"""

from sympy import Abs, Add, Dummy, Expr, Mul, Pow, Symbol, cancel, together

from .algebra import with_moments
from .calculus import At, Diff, LogGap
from .integrals import KL, Expectation, Integral
from .nodes import Named
from .normal_form import flat, normal
from .scope import own_letter
from .signs import is_divergence, is_positive, sign_of
from .suprema import SupGap

__all__ = ["ALMOST", "LARGEST", "LOGARITHM", "Forced"]

LOGARITHM = r"$r - 1 - \log r$ is positive for every $r \neq 1$"
ALMOST = "an integral of what is not negative is 0 only if that is 0 almost everywhere"
LARGEST = "where a smooth function is largest its slope is 0"


class Forced:
    """The equations ``e = 0`` that hold wherever ``gap`` is 0, and the theorems they rest on."""

    def __init__(self, gap: Expr, low, setting):
        self.low, self.setting = low, setting
        self.theorems: dict[str, None] = {}
        self.equations = list(self._of(gap, {}))

    def only_at(self, what, value) -> bool:
        """Whether ``what = value`` follows from one of the equations."""
        return any(self._implies(e, letters, what, value) for e, letters in self.equations)

    def _implies(self, e, letters, what, value) -> bool:
        """``e = c (what - value)`` with a ``c`` that is nowhere 0."""
        low, spread = self.low, self.setting.spread_names
        distance = low(what.xreplace(letters)) - low(value.xreplace(letters))
        above, below = (flat(normal(with_moments(d, spread))) for d in (e, distance))
        if below == 0:
            return False
        ratio = cancel(together(_without_roots(above / below)))
        return is_positive(ratio, self.setting) or is_positive(-ratio, self.setting)

    def _uses(self, *theorems):
        self.theorems.update(dict.fromkeys(theorems))

    def _sign(self, e):
        return sign_of(e, self.low, self.setting)

    def _of(self, e, letters):
        if isinstance(e, Named):
            yield from self._of(e.definition, letters)
        elif isinstance(e, KL):
            e, letters = _apart(e, letters)
            if is_divergence(e, self.low, self.setting):  # ∫ q (r - 1 - log r) with r = p/q
                self._uses(ALMOST, LOGARITHM)
                yield self.low(e.p / e.q) - 1, letters
        elif isinstance(e, Integral):
            e, letters = _apart(e, letters)
            if self._sign(e.body):
                self._uses(ALMOST)
                yield from self._of(e.body, letters)
        elif isinstance(e, Expectation):
            yield from self._of(e.total, letters)
        elif isinstance(e, LogGap):
            if self._sign(e.args[0]) == "positive":
                self._uses(LOGARITHM)
                yield self.low(e.args[0]) - 1, letters
        elif isinstance(e, SupGap):
            body, variable, candidate = e.args
            if self._sign(candidate) == "positive" and not body.has(Abs):  # inside of u > 0
                self._uses(LARGEST)
                yield self.low(At(Diff(body, variable), variable, candidate)), letters
        elif isinstance(e, Add):
            if all(map(self._sign, e.args)):
                for term in e.args:
                    yield from self._of(term, letters)
        elif isinstance(e, Mul):
            rest = [a for a in e.args if self._sign(a) != "positive"]
            if len(rest) == 1:
                yield from self._of(rest[0], letters)
        elif isinstance(e, Pow) and e.exp.is_Integer and e.exp > 0:
            yield self.low(e.base), letters


def _without_roots(e: Expr) -> Expr:
    """``e`` in the square root of every positive symbol that stands under one."""
    rooted = {p.base for p in e.atoms(Pow) if p.exp.is_Rational and p.exp.q == 2}
    names = {s: Dummy(s.name, positive=True) ** 2 for s in rooted if s.is_Symbol and s.is_positive}
    return e.xreplace(names)


def _apart(e, letters: dict[Symbol, Symbol]):
    """``e`` with bound letters of its own, and those letters: a domain is not that of them."""
    own = {v: own_letter(v) for v in e.variables}
    return e.xreplace(own), letters | own
