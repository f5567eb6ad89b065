"""``is_zero``: True only where an expression is *proved* to be 0.

There is no ``simplify`` here: it can hang, and it can guess. Logarithms are split only into
factors known to be positive, exponentials become powers of inert positive symbols, everything
else that is not rational becomes an opaque symbol, and then the numerator must be the polynomial
0. Each rule is an identity on the whole domain, so False means "not proved", never "wrong".
"""

from functools import cache, lru_cache
from math import lcm

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    Mul,
    Pow,
    Rational,
    S,
    Tuple,
    apart,
    cancel,
    exp,
    expand,
    factor,
    factor_list,
    factorint,
    log,
    sympify,
    together,
)

from . import words
from .averages import Mean
from .functions import Pdf
from .integrals import Int
from .integrands import combined, plain, reduced
from .rational import rational_is_zero
from .suprema import Omega, Sup, known_omega, known_sup

__all__ = ["is_zero", "normal", "with_moments"]


class _Inert(Dummy):
    """A positive symbol that stands for ``exp(meaning)``."""

    __slots__ = ("meaning",)


class _Log(Function):
    """The logarithm inside exponents: inert, so that ``exp(n log s)`` is not made ``s**n``."""

    is_real = True


@cache
def _inert(monomial: Expr, parts: int) -> _Inert:
    """The one symbol for ``exp(monomial / parts)``."""
    symbol = _Inert("E", positive=True)
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
        if isinstance(base, _Inert):
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
    found = known_omega(normal(expand(e.args[0])), _rational_is_zero)
    return e if found is None else found


def _rational_is_zero(e: Expr) -> bool:
    def walk(t):
        if t.is_Symbol or t.is_Number or t.is_NumberSymbol:
            return t
        if isinstance(t, (Add, Mul)) or (isinstance(t, Pow) and t.exp.is_Rational):
            return t.func(*map(walk, t.args))
        return _opaque(t)

    return rational_is_zero(walk(e))


def is_zero(e, spread=frozenset()) -> bool:
    """Return True if ``e`` is proved to be 0 for all values of its symbols, else False.

    ``spread`` names data symbols that are not all equal: their variance is then positive.

    >>> from sympy import Symbol
    >>> x, y = Symbol("x", real=True), Symbol("y", positive=True)
    >>> is_zero(log(exp(x) / y) - x + log(y)), is_zero(log(x * y) - log(x) - log(y))
    (True, False)
    """
    e = sympify(e)
    if e == 0:
        return True
    if not e.is_commutative:
        return all(is_zero(c, spread) for c in words.normal(e).values())
    if e.has(Int):
        return _integrals_cancel(e)
    if e.has(Mean):
        bracket = _pointwise(e)
        return is_zero(with_moments(e, spread) if bracket is None else bracket, spread)
    return _rational_is_zero(normal(e))


def _integrals_cancel(e: Expr) -> bool:
    """Whether integrals cancel: integrand by integrand, as they are or as they are reduced."""
    integrands = combined(e)
    if integrands and all(_rational_is_zero(normal(f)) for f in integrands):
        return True
    e = normal(reduced(e, normal, _meaning))
    if not e.has(Int):
        return is_zero(e)
    if _rational_is_zero(e):
        return True
    integrands = combined(e)
    return bool(integrands) and all(map(_rational_is_zero, integrands))


def _meaning(symbol) -> Expr:
    """What an inert letter stands for; any other symbol stands for itself."""
    if isinstance(symbol, _Average):
        return symbol.meaning
    return exp(symbol.meaning) if isinstance(symbol, _Inert) else symbol


# -- data averages: what holds of every linear functional with ⟨1⟩ = 1 --------------------------
def _map_means(e: Expr, change) -> Expr:
    """Replace the outermost averages."""
    if isinstance(e, Mean):
        return change(e)
    return e.func(*(_map_means(a, change) for a in e.args)) if e.has(Mean) else e


def _pointwise(e: Expr) -> Expr | None:
    """The bracket of ``c_0 + Σ c_k ⟨f_k⟩ = ⟨c_0 + Σ c_k f_k⟩``, or None if ``e`` is not linear.

    The average is 0 for every data set exactly if the bracket is 0 at every point.
    """
    names: dict[Mean, Dummy] = {}
    flat = _map_means(e, lambda m: names.setdefault(m, Dummy("m", real=True)))
    if not flat.is_commutative or any(mean.args[0].has(Mean) for mean in names):
        return None
    if any(flat.diff(m).free_symbols & set(names.values()) for m in names.values()):
        return None
    return flat.xreplace({m: mean.args[0] for mean, m in names.items()})


def with_moments(e: Expr, spread=frozenset()) -> Expr:
    """Every average as a sum of moments: ``⟨Σ c_k m_k(x)⟩ = Σ c_k ⟨m_k⟩``, each an inert symbol.

    For ``x`` in ``spread`` the second moment is written as variance plus squared mean, with a
    positive variance.
    """
    if not e.has(Mean):
        return e
    if not isinstance(e, Mean):
        return e.func(*(with_moments(a, spread) for a in e.args))
    bound = e.bound

    def inside(factor):
        return bool(plain(factor, _meaning).free_symbols & bound)

    total = S.Zero
    for term in Add.make_args(expand(normal(with_moments(e.args[0], spread)))):
        factors = Mul.make_args(term)
        constant = Mul(*(f for f in factors if not inside(f)))
        total += constant * _moment(Mul(*(f for f in factors if inside(f))), bound, spread)
    return total


def _moment(kernel: Expr, bound, spread) -> Expr:
    if kernel == 1:
        return Integer(1)
    if isinstance(kernel, Pow) and kernel.exp == 2 and kernel.base in spread & bound:
        return _variance(kernel.base) + _moment(kernel.base, bound, spread) ** 2
    return _average(kernel, bound)


class _Average(Dummy):
    """A real symbol that stands for the average ``meaning``, which may have free letters."""

    __slots__ = ("meaning",)


@cache
def _average(kernel: Expr, bound: frozenset) -> _Average:
    symbol = _Average("mean", real=True)
    symbol.meaning = Mean(plain(kernel, _meaning), Tuple(*sorted(bound, key=str)))
    return symbol


@cache
def _variance(symbol: Expr) -> Dummy:
    return Dummy("variance", positive=True)
