"""Nodes for vectors by their entries, functions of whole vectors and mixed derivatives."""

import numpy as np
from sympy import Expr, Integer, Tuple, sympify
from sympy.core.symbol import Str

from .functions import Fn, _witness
from .nodes import Node, text

__all__ = ["Inserted", "MixedDiff", "Vector", "VectorFunc"]


class Vector(Node):
    """All entries of an expression: ``entry`` for every ``index`` of ``axis``."""

    def __new__(cls, entry, index, axis):
        return Expr.__new__(cls, sympify(entry), index, axis)

    def entries(self, scope) -> list:
        """The entries, lowered or as numbers."""
        entry, index, axis = self.args
        return [scope.at({index: n})(entry) for n in range(1, scope.size(axis) + 1)]

    def _latex(self, printer, *_):
        return rf"\mathbf{{{printer(self.args[0]).partition('_')[0]}}}"


class VectorFunc(Node):
    """``name_index(vectors)``: a function of all entries, another one for each index.

    Without an index (0) it is one function. ``kind`` is "real", "positive", or "distribution":
    of the first vector, given the others, which stand behind a bar.
    """

    def __new__(cls, name, index, *vectors, kind="real", mixed=0):
        kind = kind if isinstance(kind, Str) else Str(kind)
        return Expr.__new__(cls, text(name), sympify(index), kind, Integer(int(mixed)), *vectors)

    name = property(lambda self: self.args[0].name)
    index = property(lambda self: self.args[1])
    kind = property(lambda self: self.args[2])
    is_mixed = property(lambda self: bool(self.args[3]))
    vectors = property(lambda self: self.args[4:])

    @property
    def func(self):
        return lambda name, index, kind, mixed, *vectors: VectorFunc(
            name, index, *vectors, kind=kind, mixed=mixed
        )

    def mixed(self) -> "VectorFunc":
        """The derivative, once by every entry of the first vector."""
        name, index, kind, _, *vectors = self.args
        return VectorFunc(name, index, *vectors, kind=kind, mixed=1)

    def _identity(self, scope) -> str:
        """What makes two functions the same."""
        return self.name if self.index == 0 else f"{self.name}_{scope.integer(self.index)}"

    def lowered(self, low):
        first, *others = (v.entries(low) for v in self.vectors)
        rest = [e for entries in others for e in entries]
        orders = Tuple(*[int(self.is_mixed)] * len(first), *[0] * len(rest))
        return Fn(Str(self._identity(low)), self.kind, orders, [*first, *rest])

    def value(self, point):
        first, *others = (v.entries(point) for v in self.vectors)
        rest = [e for entries in others for e in entries]
        identity, arity = self._identity(point), len(first) + len(rest)
        drawn = _witness(identity, point.seed, self.kind.name, arity)
        if not self.is_mixed:
            return drawn(*first, *rest)
        return mixed_derivative(lambda *moved: drawn(*moved, *rest), first)

    def _latex(self, printer, *_):
        first, *rest = map(printer, self.vectors)
        bar = r" \mid " if self.kind.name == "distribution" else ", "
        inside = first + (bar + ", ".join(rest) if rest else "")
        below = f"_{{{printer(self.index)}}}" if self.index != 0 else ""
        above = f"^{{({printer(self.vectors[0].args[2])})}}" if self.is_mixed else ""
        return f"{self.name}{below}{above}({inside})"


class MixedDiff(Node):
    """``∂^m / ∂b_1 … ∂b_m`` of the body: once by every entry of a tensor with one axis."""

    level = "prefix"

    def __new__(cls, body, tensor):
        return Expr.__new__(cls, sympify(body), tensor)

    def lowered(self, low):
        body, tensor = self.args
        return low(body).diff(*tensor.entries(low.size).values())

    def value(self, point):
        body, tensor = self.args
        names = tensor.entries(point.size)
        at = [point.entry(tensor, index) for index in names]

        def moved(*values):
            return point.override(dict(zip(names.values(), values, strict=True)))(body)

        return mixed_derivative(moved, at)

    def _latex(self, printer, *_):
        body, tensor = self.args
        (axis,), b = map(printer, tensor.axes), tensor.name
        below = rf"\partial {b}_{{1}} \cdots \partial {b}_{{{axis}}}"
        return rf"\frac{{\partial^{{{axis}}}}}{{{below}}}{printer.argument(body)}"


def mixed_derivative(f, at):
    """Once by every argument, by the mean value over a circle for each (Cauchy)."""
    radius, count = 0.03, 16
    turns = np.exp(2j * np.pi * np.arange(count) / count)
    circles = np.meshgrid(*[turns] * len(at), indexing="ij")
    values = f(*(a + radius * turn for a, turn in zip(at, circles, strict=True)))
    return np.mean(values / np.prod(circles, axis=0)) / radius ** len(at)


class Inserted(Node):
    """``body`` with the entries of ``new`` in place of the letters of a tensor.

    Prints the body alone: ``new`` has the tensor's name.
    """

    level = property(lambda self: getattr(self.args[0], "level", "sum"))

    def __new__(cls, body, tensor, new):
        return Expr.__new__(cls, sympify(body), tensor, new)

    def _values(self, scope) -> dict:
        _, tensor, new = self.args
        return dict(zip(tensor.entries(scope.size).values(), new.entries(scope), strict=True))

    def lowered(self, low):
        return low(self.args[0]).xreplace(self._values(low))

    def value(self, point):
        return point.override(self._values(point))(self.args[0])

    def _latex(self, printer, *_):
        return printer(self.args[0])
