"""Whether a rational function is 0: exact polynomial arithmetic, far faster than ``together``.

A rational function is a polynomial over a product of powers of polynomials, ``(top, {base: k})``.
The bases are not multiplied out; a sum brings its terms to the highest power of each.
"""

from math import lcm

from sympy import QQ, Add, Expr, Mul, NumberSymbol, Pow, Rational, expand, fraction, together
from sympy.polys.rings import ring

__all__ = ["rational_is_zero"]


class _NotRational(ValueError):
    """A root of something that is not a symbol: left to SymPy."""


def rational_is_zero(e: Expr) -> bool:
    """Return True exactly if ``e``, a rational function of symbols and their roots, is 0.

    >>> from sympy.abc import x, y
    >>> rational_is_zero(1 / x - y / (x * y)), rational_is_zero(1 / x - 1 / y)
    (True, False)
    """
    letters = sorted(e.free_symbols | e.atoms(NumberSymbol), key=lambda s: s.sort_key())
    if not letters:
        return e == 0
    if _at_a_point(e, letters) is False:
        return False
    try:
        return _Fractions(e, letters).top_is_zero()
    except _NotRational:
        numerator, denominator = fraction(together(e))
        return expand(numerator) == 0 and expand(denominator) != 0


def _at_a_point(e: Expr, letters) -> bool | None:
    """Whether ``e`` is 0 at one fixed rational point; None where roots leave that open."""
    value = e.xreplace({s: Rational(k + 2, 2 * k + 5) ** 2 for k, s in enumerate(letters)})
    if value.is_Rational:
        return value == 0
    number = abs(value.evalf(30))
    return False if number.is_Float and number > 1e-12 else None  # True takes a proof


class _Fractions:
    """Arithmetic in the letters of one expression; a letter with roots counts in those."""

    def __init__(self, e: Expr, letters):
        self.e = e
        parts = dict.fromkeys(letters, 1)
        for power in e.atoms(Pow):
            if not power.exp.is_Integer:
                if power.base not in parts or not power.exp.is_Rational:
                    raise _NotRational
                parts[power.base] = lcm(parts[power.base], power.exp.q)
        self.ring, *generators = ring(letters, QQ)
        self.roots = {s: (g, parts[s]) for s, g in zip(letters, generators, strict=True)}

    def top_is_zero(self) -> bool:
        return not self(self.e)[0]

    def __call__(self, e: Expr):
        if e.is_Rational:
            return self.ring(QQ(e.p, e.q)), {}
        if e in self.roots:
            generator, parts = self.roots[e]
            return generator**parts, {}
        if isinstance(e, Add):
            return self._sum([self(a) for a in e.args])
        if isinstance(e, Mul):
            return self._product([self(a) for a in e.args])
        if not isinstance(e, Pow):
            raise _NotRational
        if not e.exp.is_Integer:
            generator, parts = self.roots[e.base]
            return self._power((generator, {}), int(e.exp * parts))
        return self._power(self(e.base), int(e.exp))

    def _power(self, value, n: int):
        top, bottom = value
        if n >= 0:
            return top**n, {base: k * n for base, k in bottom.items()}
        if not top:
            raise ZeroDivisionError("a denominator is 0")
        turned = self.ring.one
        for base, k in bottom.items():
            turned *= base ** (k * -n)
        return turned / top.LC**-n, {top.monic(): -n}

    def _product(self, values):
        top, bottom = self.ring.one, {}
        for factor, below in values:
            top *= factor
            for base, k in below.items():
                bottom[base] = bottom.get(base, 0) + k
        return top, bottom

    def _sum(self, values):
        common: dict = {}
        for _, bottom in values:
            for base, k in bottom.items():
                common[base] = max(k, common.get(base, 0))
        total = self.ring.zero
        for top, bottom in values:
            for base, k in common.items():
                top *= base ** (k - bottom.get(base, 0))
            total += top
        return total, common
