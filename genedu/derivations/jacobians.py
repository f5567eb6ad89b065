"""Nodes for the Jacobian of a map between vectors and the determinant of its blocks.

On the page a determinant has no size; the prover writes it out at the size of its setting, the
refuter at one more. All determinants are absolute values.
"""

import numpy as np
from sympy import Abs, Dummy, Expr, Matrix, Tuple, expand, sympify

from .calculus import STEP
from .nodes import Node
from .scope import NotComputable

__all__ = ["BlockDet", "Diagonal", "JacobianDet", "Partials"]


class Partials(Node):
    """The block ``∂ outputs / ∂ inputs`` of a Jacobian: one row for each output."""

    def __new__(cls, outputs, inputs):
        return Expr.__new__(cls, outputs, inputs)

    def matrix(self, low) -> list[list[Expr]]:
        outputs, inputs = self.args
        columns = inputs.entries(low.size).values()
        return [[entry.diff(s) for s in columns] for entry in outputs.entries(low)]

    def numbers(self, point) -> list[list]:
        outputs, inputs = self.args
        columns = [
            outputs.entries(point.override({s: point.entry(inputs, index) + 1j * STEP}))
            for index, s in inputs.entries(point.size).items()
        ]
        return [[np.imag(entry) / STEP for entry in row] for row in zip(*columns, strict=True)]

    def _latex(self, printer, *_):
        outputs, inputs = self.args
        return rf"\frac{{\partial {printer(outputs)}}}{{\partial {inputs.bold}}}"


class Diagonal(Node):
    """A block with ``entry`` on its diagonal and 0 elsewhere; without one, ``(rows, columns)``
    zeros."""

    def __new__(cls, entry, index, rows, columns=None):
        return Expr.__new__(cls, sympify(entry), index, rows, columns or rows)

    def _filled(self, scope, zero):
        entry, index, rows, columns = self.args
        rows, columns = scope.size(rows), scope.size(columns)
        if entry != 0 and rows != columns:
            raise NotComputable("a block with a diagonal is square")
        out = [[zero] * columns for _ in range(rows)]
        for n in range(rows if entry != 0 else 0):
            out[n][n] = scope.at({index: n + 1})(entry)
        return out

    def matrix(self, low) -> list[list[Expr]]:
        return self._filled(low, sympify(0))

    def numbers(self, point) -> list[list]:
        return self._filled(point, 0.0)

    def _latex(self, printer, *_):
        entry = self.args[0]
        if entry in (0, 1):
            return "I" if entry == 1 else "0"
        return rf"\mathrm{{diag}}\left({printer(entry)}\right)"


class BlockDet(Node):
    """``|det|`` of four blocks ``A B / C D``."""

    def __new__(cls, *blocks):
        return Expr.__new__(cls, *blocks)

    @property
    def blocks(self) -> tuple[tuple, ...]:
        a, b, c, d = self.args
        return (a, b), (c, d)

    def lowered(self, low):
        rows = _joined([[block.matrix(low) for block in row] for row in self.blocks])
        return Abs(_determinant(rows))

    def value(self, point):
        rows = _joined([[block.numbers(point) for block in row] for row in self.blocks])
        entries = np.broadcast_arrays(*(np.real(entry) for row in rows for entry in row))
        size = len(rows)
        if any(len(row) != size for row in rows):
            raise NotComputable("only a square matrix has a determinant")
        stacked = np.stack(entries, -1).reshape(*entries[0].shape, size, size)
        return np.abs(np.linalg.det(stacked))

    def _latex(self, printer, *_):
        rows = r" \\ ".join(" & ".join(map(printer, row)) for row in self.blocks)
        return rf"\left|\det\begin{{pmatrix}}{rows}\end{{pmatrix}}\right|"


class JacobianDet(BlockDet):
    """``|det ∂(outputs)/∂(inputs)|`` of a map: its outputs are `Vector`s, its inputs tensors."""

    def __new__(cls, outputs, inputs):
        return Expr.__new__(cls, Tuple(*outputs), Tuple(*inputs))

    @property
    def blocks(self):
        outputs, inputs = self.args
        return tuple(tuple(Partials(o, i) for i in inputs) for o in outputs)

    def _latex(self, printer, *_):
        outputs, inputs = self.args
        above, below = ", ".join(map(printer, outputs)), ", ".join(i.bold for i in inputs)
        return rf"\left|\det\frac{{\partial({above})}}{{\partial({below})}}\right|"


def _determinant(rows) -> Expr:
    """Multiplied out in letters first, where products cancel before they become long."""
    letters: dict[Expr, Dummy] = {}
    named = [[e if e.is_Number else letters.setdefault(e, Dummy()) for e in row] for row in rows]
    total = expand(Matrix(named).det(method="berkowitz"))
    return expand(total.xreplace({letter: e for e, letter in letters.items()}))


def _joined(blocks) -> list[list]:
    """The rows of a matrix from those of its blocks."""
    rows = []
    for beside in blocks:
        if len({len(block) for block in beside}) > 1:
            raise NotComputable("blocks beside each other have equally many rows")
        rows += [[e for part in parts for e in part] for parts in zip(*beside, strict=True)]
    return rows
