"""What is known of integrals: linearity, densities integrate to 1, the moments of a normal.

`reduced` brings every `Int` to sums of constants times integrals of single products, in which no
variable is left that can be integrated out. Fubini's theorem and the exchange of derivative and
integral are taken for granted here; a derivation says so among its assumptions.
"""

from functools import lru_cache

from sympy import Add, Expr, Integer, Mul, Pow, S, expand

from .functions import Fn, Pdf
from .integrals import Int, letter

__all__ = ["combined", "plain", "reduced"]


def reduced(e: Expr, normal, meaning) -> Expr:
    """``e`` with its integrals in canonical form.

    ``normal`` is the canonical form of what has no integral; ``meaning`` gives what an inert
    letter of it stands for, and any other symbol itself.
    """
    return _Reduction(normal, meaning)(e)


class _Reduction:
    def __init__(self, normal, meaning):
        self.normal, self.meaning = normal, meaning

    def __call__(self, e: Expr) -> Expr:
        if not e.has(Int):
            return e
        if isinstance(e, Int):
            return self.integral(e.body, e.bound)
        return e.func(*map(self, e.args))

    def integral(self, body: Expr, bound) -> Expr:
        """Term by term: the integral of a sum is the sum of the integrals."""
        body = expand(self.normal(self(body)))
        return Add(*(self.term(t, frozenset(bound)) for t in Add.make_args(body)))

    def letters(self, e: Expr) -> set:
        """All symbols that ``e`` depends on."""
        return plain(e, self.meaning).free_symbols

    def bind(self, factors, variables) -> Int:
        """An integral without inert letters, whose meanings a renaming would not reach."""
        return Int(plain(Mul(*factors), self.meaning), variables)

    def term(self, product: Expr, bound: frozenset) -> Expr:
        """One product: constants leave, inner integrals join, known integrals are done."""
        inner = [f for f in Mul.make_args(product) if isinstance(f, Int)]
        inner = [f for f in inner if self.letters(f) & bound]
        if len(inner) == 1:
            (one,) = inner
            rest = product / one
            if not rest.has(Int) and not set(map(letter, one.bound)) & set(map(letter, bound)):
                return self.integral(rest * one.body, bound | set(one.bound))
        factors = Mul.make_args(product)
        constant = Mul(*(f for f in factors if not self.letters(f) & bound))
        factors = [f for f in factors if self.letters(f) & bound]
        turned = [self.turned(f, bound) if isinstance(f, Pdf) else f for f in factors]
        if turned != factors:
            return constant * self.integral(Mul(*turned), bound)
        for v in sorted(bound, key=lambda s: s.name):
            own = [f for f in factors if v in self.letters(f)]
            done = self.known(own, v)
            if done is not None:
                rest = Mul(*(f for f in factors if f not in own))
                return constant * (
                    self.integral(rest * done, bound - {v}) if bound - {v} else rest * done
                )
        return constant * Mul(*(self.bind(*part) for part in self.components(factors, bound)))

    def known(self, factors, v) -> Expr | None:
        """``∫ Π factors dv`` where it is known, else None."""
        if len(factors) == 1 and isinstance(factors[0], Fn) and factors[0].kind == "density":
            first, *others = factors[0].arguments
            if first == v and not any(v in self.letters(o) for o in others):
                by_v, *by_others = factors[0].orders
                if by_v == 0:  # the integral is 1; it does not move with the parameters
                    return S.Zero if any(by_others) else S.One
        laws = [f for f in factors if isinstance(f, Pdf)]
        if len(laws) != 1:
            return None
        argument, mean, variance = laws[0].args
        power = Mul(*(f for f in factors if f is not laws[0]))
        alone = argument == v and v not in self.letters(mean) | self.letters(variance)
        if not alone or power.as_base_exp()[0] not in (v, 1):
            return None
        degree = power.as_base_exp()[1] if power != 1 else S.Zero
        if not (degree.is_Integer and degree >= 0):
            return None
        return _moment(mean, variance, int(degree))

    def turned(self, law: Pdf, bound) -> Expr:
        """``N(a + b v; m, s²) = N(v; (m-a)/b, s²/b²) / |b|`` for a ``v`` of ``bound``."""
        argument, mean, variance = law.args
        if argument in bound:
            return law
        difference = expand(argument - mean)
        for v in sorted(bound & difference.free_symbols, key=lambda s: s.name):
            slope, rest = difference.coeff(v, 1), difference.coeff(v, 0)
            hidden = self.letters(slope) | self.letters(rest) | self.letters(variance)
            size = slope if slope.is_positive else -slope if slope.is_negative else None
            if size is not None and v not in hidden and expand(slope * v + rest) == difference:
                return Pdf(v, -rest / slope, variance / slope**2) / size
        return law

    def components(self, factors, bound):
        """``(factors, variables)`` of the integrals that a product falls apart into."""
        groups = [([], {v}) for v in sorted(bound, key=lambda s: s.name)]
        for f in factors:
            touched = [g for g in groups if g[1] & self.letters(f)]
            joined = ([f], set())
            for g in touched:
                joined = (joined[0] + g[0], joined[1] | g[1])
                groups.remove(g)
            groups.append(joined)
        return groups


def plain(e: Expr, meaning) -> Expr:
    """``e`` with every inert letter replaced by what it stands for, which may have some too."""
    while names := {s: meaning(s) for s in e.free_symbols if meaning(s) != s}:
        e = e.xreplace(names)
    return e


@lru_cache(maxsize=1024)
def _moment(mean: Expr, variance: Expr, degree: int) -> Expr:
    """``E[v^n] = m E[v^{n-1}] + (n-1) s² E[v^{n-2}]``, by parts."""
    if degree < 2:
        return mean**degree if degree else Integer(1)
    one, two = _moment(mean, variance, degree - 1), _moment(mean, variance, degree - 2)
    return mean * one + (degree - 1) * variance * two


def combined(e: Expr) -> list[Expr] | None:
    """The integrands of ``c + Σ c_k ∫ f_k``, one for each set of variables, and ``c``.

    ``e`` is 0 if all of them are. None where ``e`` is not linear in its integrals.
    """
    groups: dict[tuple, Expr] = {}
    for t in Add.make_args(expand(e)):
        inside = [f for f in Mul.make_args(t) if isinstance(f, Int)]
        rest = t / inside[0] if inside else t
        if len(inside) > 1 or (any(isinstance(p.base, Int) for p in rest.atoms(Pow)) and inside):
            return None
        bound, body = (inside[0].bound, inside[0].body) if inside else ((), S.One)
        if set(bound) & rest.free_symbols:
            return None
        groups[bound] = groups.get(bound, S.Zero) + rest * body
    return list(groups.values())
