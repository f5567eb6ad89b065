"""What integration by parts, a change of variables and a supremum need.

It is read off from how a line is written, and denied wherever that does not show it.
"""

from sympy import Abs, Add, Dummy, Expr, Function, Mul, Pow, Symbol, exp, expand, log, oo

from .algebra import is_zero
from .calculus import LogGap, Sigma
from .functions import Fn, Func, Normal, Pdf
from .integrals import KL, Expectation, Int, Integral
from .nodes import Named, Node
from .signs import is_positive
from .suprema import Omega, W

__all__ = ["falls", "held", "is_largest"]


def falls(term: Expr, v) -> bool:
    """Whether a product has a density over ``v``, or ``exp(-energy)``, as a factor."""
    return any(_factor_falls(f, v) for f in Mul.make_args(term))


def _factor_falls(f: Expr, v) -> bool:
    if isinstance(f, exp):
        energies = (e for e in Add.make_args(-f.args[0]) if isinstance(e, Fn))
        return any(e.kind == "energy" and e.arguments[0] == v for e in energies)
    if isinstance(f, Int):
        return all(falls(t, v) for t in Add.make_args(expand(f.body)))
    if isinstance(f, Fn):
        return f.kind == "density" and f.arguments[0] == v
    if isinstance(f, Pdf):
        slope = expand(f.args[0] - f.args[1]).diff(v)
        return bool(slope.is_nonzero) and v not in slope.free_symbols | f.args[2].free_symbols
    return isinstance(f, Pow) and bool(f.exp.is_positive) and _factor_falls(f.base, v)


def held(e, old, inside=False) -> set:
    """The symbols that are bound, moved or set around an ``old`` within an integral over it: what
    is put in for ``old`` must not come under them.
    """
    if old not in e.atoms(Symbol):
        return set()
    if isinstance(e, (Expectation, KL)):
        e = e.total
    found = set()
    here = inside and isinstance(e, Node) and old in e.atoms(Symbol)
    if here and not isinstance(e, _HOLD_NOTHING):
        found = set().union(*(a.atoms(Symbol) for a in e.args[1:]))
    inside = inside or (isinstance(e, Integral) and e.variables == (old,))
    return found.union(*(held(a, old, inside) for a in e.args))


_HOLD_NOTHING = (Named, Func, Normal, Sigma, LogGap, W)


def is_largest(bracket, u, at, corner, setting) -> bool:
    """Whether ``bracket`` is largest at ``at``, or grows towards it where that is an end."""
    if corner is None:
        slope = bracket.diff(u)
        if not _is_smooth(bracket, u, setting):
            return False
        if at in (0, oo):
            return is_positive(slope if at == oo else -slope, setting)
        stationary = is_zero(slope.xreplace({u: at})) and is_positive(at, setting)
        return stationary and is_positive(-slope.diff(u), setting)
    w = Dummy("w", positive=True)
    sides = [bracket.xreplace({u: side}) for side in (corner * (1 + w), corner / (1 + w))]
    up, down = (side.replace(Abs, lambda a: _size(a, setting)) for side in sides)
    known = at in (0, oo) or is_zero(at - corner)
    if not (known and is_positive(corner, setting) and _is_smooth(bracket, u, setting, corner)):
        return False
    if not (_is_smooth(up, w, setting) and _is_smooth(down, w, setting)):
        return False
    right = is_positive(up.diff(w) if at == oo else -up.diff(w), setting)
    return right and is_positive(down.diff(w) if at == 0 else -down.diff(w), setting)


def _size(a: Expr, setting) -> Expr:
    return a if is_positive(a, setting) else -a if is_positive(-a, setting) else Abs(a)


def _is_smooth(e: Expr, u, setting, at=None) -> bool:
    """Whether ``e`` has a slope at every ``u > 0``: no jump, corner, pole or root of 0. With
    ``at``: whether it has no jump and no pole there.
    """
    known = (exp, log, Omega) if at is None else (exp, log, Omega, Abs)
    if any(u in f.free_symbols and not isinstance(f, known) for f in e.atoms(Function)):
        return False
    for f in e.atoms(Pow, log):
        base, whole = f.args[0], isinstance(f, Pow) and f.exp.is_Integer
        if u not in f.free_symbols or (whole and f.exp >= 0):
            continue
        base = base if at is None else base.xreplace({u: at})
        if not (is_positive(base, setting) or (whole and is_positive(-base, setting))):
            return False
    return True
