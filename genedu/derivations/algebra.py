"""``is_zero``: True only where an expression is *proved* to be 0.

There is no ``simplify`` here: it can hang, and it can guess. What is not matrices, integrals or
averages is brought to its `normal_form`, and then the numerator must be the polynomial 0. Each
rule is an identity on the whole domain, so False means "not proved", never "wrong".
"""

from functools import cache

from sympy import Add, Dummy, Expr, Integer, Mul, Pow, S, Tuple, exp, expand, sympify

from . import words
from .averages import Mean
from .integrals import Int
from .integrands import combined, plain, reduced
from .normal_form import Inert, is_zero_rational, normal

__all__ = ["is_zero", "with_moments"]


def is_zero(e, spread=frozenset()) -> bool:
    """Return True if ``e`` is proved to be 0 for all values of its symbols, else False.

    ``spread`` names data symbols that are not all equal: their variance is then positive.

    >>> from sympy import Symbol, exp, log
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
    return is_zero_rational(normal(e))


def _integrals_cancel(e: Expr) -> bool:
    """Whether integrals cancel: integrand by integrand, as they are or as they are reduced."""
    integrands = combined(e)
    if integrands and all(is_zero_rational(normal(f)) for f in integrands):
        return True
    e = normal(reduced(e, normal, _meaning))
    if not e.has(Int):
        return is_zero(e)
    if is_zero_rational(e):
        return True
    integrands = combined(e)
    return bool(integrands) and all(map(is_zero_rational, integrands))


def _meaning(symbol) -> Expr:
    """What an inert letter stands for; any other symbol stands for itself."""
    if isinstance(symbol, _Average):
        return symbol.meaning
    return exp(symbol.meaning) if isinstance(symbol, Inert) else symbol


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
