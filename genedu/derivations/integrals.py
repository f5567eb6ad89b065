"""Nodes for integrals, expectations and divergences over continuous variables.

To the prover an integral is a linear functional (`Int`); what is known of it stands in
`integrands`. The refuter sums over a grid so fine that smooth densities lose nothing.
"""

from functools import cache

import numpy as np
from sympy import Dummy, Expr, Mul, Tuple, log, sympify

from .nodes import Node

__all__ = ["KL", "NODES", "WEIGHTS", "Expectation", "Int", "Integral"]

NODES = np.linspace(-16.0, 16.0, 321)
WEIGHTS = np.full(len(NODES), NODES[1] - NODES[0])


@cache
def bound_letter(name: str, height: int) -> Dummy:
    """The bound variable ``name`` of an integral that has ``height`` integrals inside it."""
    return Dummy(f"{name}@{height}", real=True)


def letter(symbol) -> str:
    """The name of a variable, bound or not."""
    return symbol.name.partition("@")[0]


class Int(Expr):
    """The lowered integral over the whole line: ``(body, bound symbols)``.

    The bound symbols are renamed by the height of the integral, so that the same integral is the
    same expression wherever it stands, and an inner one can bind the letter of an outer one.
    """

    is_commutative = True
    is_real = True

    def __new__(cls, body, bound):
        body, bound = sympify(body), list(bound)
        if len(set(map(letter, bound))) < len(bound):
            raise ValueError("two variables of one integral have the same letter")
        height = 1 + max((inner.height for inner in body.atoms(Int)), default=-1)
        names = {s: bound_letter(letter(s), height) for s in bound}
        bound = sorted(names.values(), key=lambda s: s.name)
        return Expr.__new__(cls, body.xreplace(names), Tuple(*bound))

    body = property(lambda self: self.args[0])
    bound = property(lambda self: tuple(self.args[1]))
    height = property(lambda self: int(self.bound[0].name.partition("@")[2]))

    @property
    def free_symbols(self):
        return self.body.free_symbols - set(self.bound)

    def _eval_is_positive(self):
        if self.body.is_positive:
            return True

    def _eval_derivative(self, symbol):
        return Int(self.body.diff(symbol), self.bound)


class Integral(Node):
    """``∫ body dx``; with more variables ``∬ body dx dz``."""

    level = "prefix"

    def __new__(cls, body, *variables):
        return Expr.__new__(cls, sympify(body), *variables)

    body = property(lambda self: self.args[0])
    variables = property(lambda self: self.args[1:])

    def lowered(self, low):
        if any(v.is_nonnegative is not None or v.is_integer for v in self.variables):
            raise ValueError("an integral runs over the whole line: its variable has no sign")
        body, letters = low.apart(self.body, self.variables)
        return Int(body, [letters[v] for v in self.variables])

    def value(self, point):
        inner = point
        for v in self.variables:
            inner = inner.bind({v: NODES})
        total = inner(self.body) + np.zeros((len(NODES),) * len(self.variables))
        for _ in self.variables:
            total = total @ WEIGHTS
        return total

    def _latex(self, printer, *_):
        sign = {1: r"\int", 2: r"\iint"}[len(self.variables)]
        measure = r"\,".join(f"d{printer(v)}" for v in self.variables)
        return rf"{sign} {printer.factor(self.body, followed=True)}\,{measure}"


class _Under(Node):
    """Shared by what means an integral: it is lowered and computed as ``total``."""

    @property
    def total(self) -> Integral:
        raise NotImplementedError  # abstract

    def lowered(self, low):
        return self.total.lowered(low)

    def value(self, point):
        return self.total.value(point)


class Expectation(_Under):
    """``E_law[body]``: the integral of ``law · body`` over the variables."""

    def __new__(cls, body, law, *variables):
        return Expr.__new__(cls, sympify(body), sympify(law), *variables)

    body = property(lambda self: self.args[0])
    law = property(lambda self: self.args[1])
    variables = property(lambda self: self.args[2:])

    @property
    def total(self):
        body, law, *variables = self.args
        return Integral(Mul(law, body, evaluate=False), *variables)

    def _latex(self, printer, *_):
        return rf"\mathbb{{E}}_{{{printer(self.law)}}}\left[{printer(self.body)}\right]"


class KL(_Under):
    """``D_KL(q ‖ p) = ∫ q log(q/p)`` over the variables."""

    def __new__(cls, q, p, *variables):
        return Expr.__new__(cls, sympify(q), sympify(p), *variables)

    q = property(lambda self: self.args[0])
    p = property(lambda self: self.args[1])
    variables = property(lambda self: self.args[2:])

    @property
    def total(self):
        body = Mul(self.q, log(Mul(self.q, 1 / self.p, evaluate=False)), evaluate=False)
        return Integral(body, *self.variables)

    def _latex(self, printer, *_):
        q, p = printer(self.q), printer(self.p)
        return rf"\mathrm{{KL}}\left({q} \,\|\, {p}\right)"
