"""Symbols that the derivations of f-divergences share."""

from sympy import Symbol

from ..functions import Func
from ..integrals import Expectation
from ..nodes import Named, board
from ..suprema import Sup

x, t, v, c = (Symbol(name, real=True) for name in "xtvc")
u, r, s, k = (Symbol(name, positive=True) for name in "ursk")
alpha = Symbol("alpha", real=True)  # given one of three ranges
weight = Symbol("pi", real=True)  # given a value between 0 and 1
P, Q = Func("p", x, kind="density"), Func("q", x, kind="density")


def f(at) -> Func:
    """Any smooth convex function of a ratio."""
    return Func("f", at, kind="convex")


with board():
    RATIO = Named("r(x)", P / Q)
    DIVERGENCE = Named(r"D_f\left(P \,\|\, Q\right)", Expectation(f(RATIO), Q, x))


def conjugate(at, shown: str) -> Named:
    """``f*(at)``, under the name ``f*(shown)``."""
    return Named(f"f^*({shown})", Sup(u * at - f(u), u))


def line(chains, about: str, step: int = -1) -> int:
    """The number of a line of the chain with this heading (its last, unless said otherwise)."""
    before = 0
    for chain in chains:
        if chain.about == about:
            return before + range(len(chain.steps))[step]
        before += len(chain.steps)
    raise ValueError(f"no chain is about {about!r}")
