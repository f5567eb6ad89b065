"""Nodes for sums over all states of binary units, and averages over states and over data.

To the prover a data average is a linear functional with ``⟨1⟩ = 1`` (`Mean`), nothing more: what
it proves holds for every data set. The refuter averages over a few drawn points.
"""

import itertools
from functools import cache

import numpy as np
from sympy import Add, Dummy, Expr, Integer, Mul, Symbol, Tuple, sympify

from .nodes import Entry, Node, Tensor, text

__all__ = ["Avg", "DataAvg", "DataSum", "Mean", "StateSum", "bound_name"]


class StateSum(Node):
    """``Σ_x body`` over all binary states of tensors, or over both values of one entry."""

    level = "prefix"

    def __new__(cls, body, *bound):
        return Expr.__new__(cls, sympify(body), *bound)

    body = property(lambda self: self.args[0])

    def bound_symbols(self, scope):
        found = []
        for b in self.args[1:]:
            if isinstance(b, Entry):
                found.append(b.tensor.symbol(*b.index(scope.integer)))
            else:
                found += b.entries(scope.size).values()
        return found

    def lowered(self, low):
        bound, body = self.bound_symbols(low), low(self.body)
        states = itertools.product((Integer(0), Integer(1)), repeat=len(bound))
        return Add(*(body.xreplace(dict(zip(bound, s, strict=True))) for s in states))

    def value(self, point):
        bound = self.bound_symbols(point)
        states = np.array(list(itertools.product((0.0, 1.0), repeat=len(bound))))
        inner = point.bind(dict(zip(bound, states.T, strict=True)))
        return (inner(self.body) + np.zeros(len(states))).sum(-1)

    def _latex(self, printer, *_):
        below = ",".join(
            printer(b) + r"\in\{0,1\}" if isinstance(b, Entry) else b.bold for b in self.args[1:]
        )
        return rf"\sum_{{{below}}} {printer.factor(self.body)}"


class Avg(Node):
    """``⟨f⟩_name``: average of ``f`` over the states of ``bound`` with probability ``weight``."""

    def __new__(cls, body, weight, name, *bound):
        return Expr.__new__(cls, sympify(body), sympify(weight), text(name), *bound)

    @property
    def total(self):
        body, weight, _, *bound = self.args
        return StateSum(Mul(body, weight, evaluate=False), *bound)

    def lowered(self, low):
        return self.total.lowered(low)

    def value(self, point):
        return self.total.value(point)

    def _latex(self, printer, *_):
        return rf"\left\langle {printer(self.args[0])}\right\rangle_{{{self.args[2].name}}}"


class Mean(Expr):
    """The lowered data average: ``(integrand, bound symbols)``, linear, with ``⟨1⟩ = 1``."""

    is_commutative = True

    def __new__(cls, body, bound):
        return Expr.__new__(cls, sympify(body), bound)

    bound = property(lambda self: frozenset(self.args[1]))

    @property
    def free_symbols(self):
        return self.args[0].free_symbols - self.bound

    def _eval_derivative(self, symbol):
        return Mean(self.args[0].diff(symbol), self.args[1])


@cache
def bound_name(symbol: Symbol) -> Dummy:
    """A name for ``symbol`` inside the average that nothing outside can be."""
    return Dummy(f"{symbol.name}@data", real=True)


class DataAvg(Node):
    """``⟨f(x)⟩_data`` over the points of a data set; ``x`` is a `Tensor` or a symbol."""

    def __new__(cls, body, x):
        return Expr.__new__(cls, sympify(body), x)

    body = property(lambda self: self.args[0])

    def data_symbols(self, scope):
        x = self.args[1]
        return list(x.entries(scope.size).values()) if isinstance(x, Tensor) else [x]

    def lowered(self, low):
        names = {s: bound_name(s) for s in self.data_symbols(low)}
        own = [s for s in names if s == self.args[1]]
        body, letters = low.apart(self.body, own)
        inside = {letters.get(s, s): name for s, name in names.items()}
        return Mean(body.xreplace(inside), Tuple(*names.values()))

    def value(self, point):
        inner = point.bind(point.data(self.args[1], self.data_symbols(point)))
        return (inner(self.body) + np.zeros(point.num_data)).mean(-1)

    def _latex(self, printer, *_):
        return rf"\left\langle {printer(self.body)}\right\rangle_{{\text{{data}}}}"


class DataSum(Node):
    """``Σ_{n=1}^N f(x^(n))``: ``num`` times the data average; ``x`` prints as ``x^(n)``."""

    level = "prefix"

    def __new__(cls, body, x, num):
        return Expr.__new__(cls, sympify(body), x, num)

    def lowered(self, low):
        return self.args[2] * DataAvg(*self.args[:2]).lowered(low)

    def value(self, point):
        return point.num_data * DataAvg(*self.args[:2]).value(point)

    def _latex(self, printer, *_):
        body, x, num = self.args
        if isinstance(x, Symbol):
            printer = type(printer)({**printer.renamed, x: f"{x.name}^{{(n)}}"})
        return rf"\sum_{{n=1}}^{{{printer(num)}}} {printer.factor(body)}"
