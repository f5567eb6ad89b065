"""One form for everything that is not matrices, integrals or averages.

Logarithms are split only into factors known to be positive, exponentials become powers of inert
positive symbols, and everything else that is not rational becomes an opaque symbol. Each rule is
an identity on the whole domain.
"""

from functools import cache, lru_cache
from math import lcm

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Mul,
    Pow,
    Rational,
    S,
    apart,
    cancel,
    exp,
    expand,
    factor,
    factor_list,
    factorint,
    log,
    together,
)

from .functions import Pdf
from .rational import rational_is_zero
from .suprema import Omega, Sup, known_omega, known_sup

__all__ = ["Inert", "flat", "is_zero_rational", "normal"]


class Inert(Dummy):
    """A positive symbol that stands for ``exp(meaning)``."""

    __slots__ = ("meaning",)


class _Log(Function):
    """The logarithm inside exponents: inert, so that ``exp(n log s)`` is not made ``s**n``."""

    is_real = True


@cache
def _inert(monomial: Expr, parts: int) -> Inert:
    """The one symbol for ``exp(monomial / parts)``."""
    symbol = Inert("E", positive=True)
    symbol.meaning = monomial / parts
    return symbol


@cache
def _opaque(e: Expr) -> Dummy:
    """A symbol that stands for ``e`` and of which nothing else is known."""
    return Dummy("K", positive=True) if e.is_positive else Dummy("K", real=True)


def _inert_log(base: Expr) -> Expr:
    """``log base`` of something positive, split only where every part is positive too."""
    if isinstance(base, Mul) and all(f.is_positive for f in base.args):
        return Add(*map(_inert_log, base.args))
    if isinstance(base, Pow) and base.base.is_positive and base.exp.is_real:
        return base.exp * _inert_log(base.base)
    return S.Zero if base == 1 else _Log(base)


def _partial_fractions(e: Expr) -> Expr:
    """One form for an exponent such as ``1 - 1/(1+k) = k/(1+k)``."""
    e = cancel(together(e))
    return apart(e, *e.free_symbols) if len(e.free_symbols) == 1 else e


def _symbolic_powers(e: Expr) -> Expr:
    """``s**(4n)`` with ``s > 0`` becomes ``exp(4n log s)``: one rule for all powers."""

    def found(t):
        return isinstance(t, Pow) and t.exp.free_symbols

    def written(t):
        base = factor(cancel(together(t.base))) if isinstance(t.base, Add) else t.base
        if not base.is_positive:
            return t
        return exp(expand(_partial_fractions(t.exp) * _inert_log(base)), evaluate=False)

    return e.replace(found, written)


def _exponent(t: exp) -> dict[Expr, Rational]:
    terms = expand(t.args[0]).as_coefficients_dict()
    return {m: c for m, c in terms.items() if c != 0}


def _exponentials(e: Expr) -> Expr:
    """Every ``exp(Σ c_k m_k)`` as a product of integer powers of inert positive symbols."""
    parsed = {t: _exponent(t) for t in e.atoms(exp)}
    parts: dict[Expr, int] = {}
    for terms in parsed.values():
        for m, c in terms.items():
            parts[m] = lcm(parts.get(m, 1), int(c.q))

    def power(m, c):
        if isinstance(m, _Log) and c.is_Integer:
            return _exponentials(m.args[0]) ** c
        return _inert(m, parts[m]) ** (c * parts[m])

    return e.xreplace({t: Mul(*(power(m, c) for m, c in d.items())) for t, d in parsed.items()})


def _number_log(value: Rational) -> Expr:
    above = Add(*(m * log(p) for p, m in factorint(value.p).items()))
    return above - Add(*(m * log(p) for p, m in factorint(value.q).items()))


def _factors(e: Expr):
    """``(base, power)`` of a product, sums factored."""
    for f in Mul.make_args(together(e)):
        base, power = f.as_base_exp()
        if isinstance(base, Add):
            number, parts = factor_list(base)
            if len(parts) > 1 or parts[0][1] > 1 or number != 1:
                for g in (number, *(g**k for g, k in parts)):
                    yield from ((b, power * q) for b, q in _factors(g))
                continue
        yield base, power


@lru_cache(maxsize=4096)
def _split_log(argument: Expr) -> Expr:
    """``log`` of a product as a sum, if every factor is known to be positive; else left whole."""
    total, negative = S.Zero, False
    for base, power in _factors(argument):
        if (-base).is_positive and power.is_Integer:
            negative ^= bool(power % 2)
            base = -base
        if not base.is_positive or not power.is_real:
            return log(factor(argument))
        if isinstance(base, Inert):
            total += power * _without_inert_logs(base.meaning)
        elif isinstance(base, Pdf):
            total += power * normal(base.log_density)
        elif base.is_Rational:
            total += power * _number_log(base)
        else:
            total += power * log(base)
    return log(factor(argument)) if negative else total


def _without_inert_logs(e: Expr) -> Expr:
    """The meaning of a letter in normal form: logarithms and exponentials inside it too."""
    return normal(e.replace(_Log, log)) if e.has(_Log, exp) else e


def normal(e: Expr) -> Expr:
    """``e`` as a rational function of symbols, inert exponentials and logarithms of factors."""
    e = _exponentials(_symbolic_powers(e))
    if e.has(Omega):
        e = e.replace(lambda t: isinstance(t, Omega), _solved_omega)
    if e.has(Sup):
        e = e.xreplace(
            {sup: value for sup in e.atoms(Sup) if (value := known_sup(sup)) is not None}
        )
    return e.replace(lambda t: isinstance(t, log), lambda t: _split_log(t.args[0]))


def _solved_omega(e: Omega) -> Expr:
    """``W(a e^a) = a`` for ``a > 0``."""
    found = known_omega(normal(expand(e.args[0])), is_zero_rational)
    return e if found is None else found


def flat(e: Expr) -> Expr:
    """``e`` with an opaque symbol for every part that is not made of sums, products and roots."""
    if e.is_Symbol or e.is_Number or e.is_NumberSymbol:
        return e
    if isinstance(e, (Add, Mul)) or (isinstance(e, Pow) and e.exp.is_Rational):
        return e.func(*map(flat, e.args))
    return _opaque(e)


def is_zero_rational(e: Expr) -> bool:
    """Whether ``e`` in its normal form is the rational function 0."""
    return rational_is_zero(flat(e))
