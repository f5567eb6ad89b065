"""Matrices and random vectors of any size: products keep their order, averages use moments.

The prover works on words ``W Wᵀ C …`` (see `words`): nothing is given a size, so what it proves
holds in every dimension. The refuter multiplies real matrices.
"""

import numpy as np
from sympy import Add, Expr, Integer, Tuple, sympify

from . import words
from .nodes import Node, text
from .scope import Matrix, NotComputable, _seed

__all__ = ["Det", "Expect", "Identity", "Mat", "Mode", "Norm2", "Number", "T", "Trace"]


class Mat(Node):
    """A matrix or column vector (``columns`` 1) by name; ``A.inv`` is its inverse.

    ``kind``: "free", "symmetric" (positive definite too), "orthogonal", or "diagonal"; a diagonal
    one has the symbol ``mode`` as its entry ``kk``. ``equals`` is its definition, for evidence
    that unfolds it.
    """

    def __new__(cls, name, rows, columns=1, kind="free", mode=0, equals=0, turned=0, inverted=0):
        numbers = map(sympify, (rows, columns, mode, equals, turned, inverted))
        rows, columns, mode, *rest = numbers
        return Expr.__new__(cls, text(name), rows, columns, text(kind), mode, *rest)

    name = property(lambda self: self.args[0].name)
    kind = property(lambda self: self.args[3].name)
    mode = property(lambda self: self.args[4])
    equals = property(lambda self: self.args[5])
    turned = property(lambda self: bool(self.args[6]), doc="whether it is the transpose")
    inverted = property(lambda self: bool(self.args[7]), doc="whether it is the inverse")
    is_column = property(lambda self: self.args[2] == 1 and not self.turned)
    is_row = property(lambda self: self.args[2] == 1 and self.turned)

    @property
    def shape(self) -> tuple:
        """Rows and columns, as axes."""
        rows, columns = self.args[1:3]
        return (columns, rows) if self.turned else (rows, columns)

    @property
    def base(self) -> "Mat":
        """The matrix itself, not its transpose or inverse."""
        return Mat(*self.args[:6])

    @property
    def flipped(self) -> "Mat":
        """The transpose, as a letter of the same alphabet."""
        rows, columns = self.args[1:3]
        if self.kind == "symmetric" or (self.kind == "diagonal" and rows == columns):
            return self
        return Mat(*self.args[:6], 0 if self.turned else 1, self.args[7])

    @property
    def inv(self) -> "Mat":
        """The inverse of a square matrix, as a letter of the same alphabet."""
        if self.args[1] != self.args[2]:
            raise ValueError(f"{self.name} is not square: it has no inverse")
        return Mat(*self.args[:7], 0 if self.inverted else 1)

    def _eval_is_commutative(self):
        return False

    def lowered(self, low):
        if self.equals != 0 and self.base in low.unfold:
            meaning = low(self.equals)
            meaning = words.transpose(meaning) if self.turned else meaning
            return words.inverse(meaning) if self.inverted else meaning
        return self

    def value(self, point):
        if self.inverted:
            return np.linalg.inv(point(self.inv)).view(Matrix)
        if self.turned:
            return point(self.base).T
        if self in point.bound:
            return point.bound[self]
        if self.equals != 0:
            return point(self.equals)
        rows, columns = (1 if a == 1 else point.size(a) for a in self.args[1:3])
        rng = np.random.default_rng(_seed(self.name, point.seed))
        a = rng.uniform(-1, 1, (rows, columns))
        if self.kind == "symmetric":
            a = a @ a.T + 0.3 * np.eye(rows)
        elif self.kind == "orthogonal":
            a = np.linalg.qr(a)[0]
        elif self.kind == "diagonal":
            a = np.eye(rows, columns) * rng.uniform(0.2, 0.9, columns)
            if self.mode != 0:
                a[0, 0] = np.real(point(self.mode))  # entry kk: k stands first
        return a.view(Matrix)

    def _latex(self, printer, *_):
        name, _, power = self.name.partition("^")
        power = power.strip("{}")
        if self.inverted:
            power = f"-{power or 1}"
        if self.turned:
            power = f"{power}{chr(92)}top" if power in ("", "-1") else rf"{power}\,\top"
        power = power.replace(r"-1\top", r"-\top")
        return f"{name}^{{{power}}}" if power else name


class T(Node):
    """The transpose."""

    def __new__(cls, argument):
        return Expr.__new__(cls, sympify(argument))

    def lowered(self, low):
        return words.transpose(low(self.args[0]))

    def value(self, point):
        v = point(self.args[0])
        return v.T if isinstance(v, Matrix) else v

    def _latex(self, printer, *_):
        return rf"{printer.power_base(self.args[0])}^{{\top}}"


class Norm2(Node):
    """``|u|² = uᵀu`` of a column vector."""

    def __new__(cls, argument):
        return Expr.__new__(cls, sympify(argument))

    def _eval_is_commutative(self):
        return True

    def lowered(self, low):
        u = low(self.args[0])
        return words.number(words.transpose(u) * u)

    def value(self, point):
        return np.sum(np.asarray(point(self.args[0])) ** 2)

    def _latex(self, printer, *_):
        return rf"\left|{printer(self.args[0])}\right|^{{2}}"


class Number(Node):
    """``uᵀ A v``, a product of matrices that is a number."""

    def __new__(cls, argument):
        return Expr.__new__(cls, sympify(argument))

    level = property(lambda self: "sum" if isinstance(self.args[0], Add) else "atom")

    def _eval_is_commutative(self):
        return True

    def lowered(self, low):
        return words.number(low(self.args[0]))

    def value(self, point):
        v = point(self.args[0])
        if isinstance(v, Matrix):
            raise NotComputable("a matrix stands where a number is meant")
        return v

    def _latex(self, printer, *_):
        return printer(self.args[0])


class Trace(Node):
    """``tr A`` of a square matrix with ``axis`` rows."""

    def __new__(cls, argument, axis):
        return Expr.__new__(cls, sympify(argument), axis)

    def _eval_is_commutative(self):
        return True

    def lowered(self, low):
        return words.trace(low(self.args[0]), self.args[1])

    def value(self, point):
        v = point(self.args[0])
        return np.trace(v) if isinstance(v, Matrix) else v * point.size(self.args[1])

    def _latex(self, printer, *_):
        return rf"\mathrm{{tr}}\left({printer(self.args[0])}\right)"


class Det(Node):
    """``|A|``, the absolute value of the determinant."""

    def __new__(cls, argument):
        return Expr.__new__(cls, sympify(argument))

    def _eval_is_commutative(self):
        return True

    def lowered(self, low):
        return words.determinant(low(self.args[0]))

    def value(self, point):
        return abs(np.linalg.det(point(self.args[0])))

    def _latex(self, printer, *_):
        return rf"\left|{printer(self.args[0])}\right|"


class Identity(Node):
    """The identity matrix: the number 1 among words."""

    def lowered(self, low):
        return Integer(1)

    def value(self, point):
        return 1.0

    def _latex(self, printer, *_):
        return "I"


class Expect(Node):
    """``⟨f⟩_name`` over independent Gaussian vectors of mean 0: pairs ``(vector, covariance)``.

    ``f`` may have degree 2 in them, with ``u uᵀ`` side by side. The refuter averages over
    2d points that have exactly these moments.
    """

    def __new__(cls, body, name, *pairs):
        return Expr.__new__(cls, sympify(body), text(name), *(Tuple(*p) for p in pairs))

    pairs = property(lambda self: self.args[2:])

    def _eval_is_commutative(self):
        return self.args[0].is_commutative

    def lowered(self, low):
        moments = {u: low(cov) for u, cov in self.pairs}
        return words.expect(low(self.args[0]), moments)

    def value(self, point):
        factors = {}
        for u, cov in self.pairs:
            c, size = point(cov), point.size(u.args[1])
            factors[u] = np.linalg.cholesky(np.real(c) if isinstance(c, Matrix) else np.eye(size))
        total, dimension = 0.0, sum(len(f) for f in factors.values())
        for k in range(dimension):
            for sign in (1, -1):
                unit = np.zeros((dimension, 1))
                unit[k] = sign * np.sqrt(dimension)
                drawn, start = {}, 0
                for u, f in factors.items():
                    drawn[u] = (f @ unit[start : start + len(f)]).view(Matrix)
                    start += len(f)
                total = total + point.override(drawn)(self.args[0])
        return total / (2 * dimension)

    def _latex(self, printer, *_):
        name = self.args[1].name
        below = f"_{{{name}}}" if name else ""
        return rf"\left\langle {printer(self.args[0])}\right\rangle{below}"


class Mode(Node):
    """``[A]_kk`` of a matrix that is diagonal in the principal axes: an ordinary number."""

    def __new__(cls, argument):
        return Expr.__new__(cls, sympify(argument))

    def _eval_is_commutative(self):
        return True

    def lowered(self, low):
        return words.diagonal_entry(low(self.args[0]))

    def value(self, point):
        v = point(self.args[0])
        if not isinstance(v, Matrix):
            return v
        if v.shape == (1, 1) or min(v.shape) < 1:
            raise NotComputable("the entry kk is taken of a number")
        return v[0, 0]

    def _latex(self, printer, *_):
        return rf"\left[{printer(self.args[0])}\right]_{{kk}}"
