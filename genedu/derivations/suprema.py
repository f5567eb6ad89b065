"""Nodes for suprema, limits and Lambert's W, as conjugates of convex functions need them."""

from functools import cache

import numpy as np
from sympy import Add, Dummy, Expr, Function, Mul, S, exp, expand, limit, log, oo, sympify

from .functions import Fn, is_positive
from .nodes import Node, board

__all__ = ["Limit", "Omega", "Sup", "SupGap", "W", "known_sup"]


@cache
def bound_letter(name: str, height: int) -> Dummy:
    """The variable ``name`` of a supremum that has ``height`` suprema inside it."""
    return Dummy(f"{name}@{height}", positive=True)


class Sup(Node):
    """``sup_{u>0} { body }``."""

    level = "prefix"

    def __new__(cls, body, variable):
        return Expr.__new__(cls, sympify(body), variable)

    body = property(lambda self: self.args[0])
    variable = property(lambda self: self.args[1])
    is_real = True

    @property
    def free_symbols(self):
        return self.body.free_symbols - {self.variable}

    def lowered(self, low):
        """With a letter that depends on the height only, as in `integrals.Int`."""
        name = self.variable.name.partition("@")[0]
        free = bound_letter(name, -1)
        body = low(self.body.xreplace({self.variable: free}))
        inner = (sup.variable.name.partition("@")[2] for sup in body.atoms(Sup))
        own = bound_letter(name, 1 + max(map(int, inner), default=-1))
        return Sup(body.xreplace({free: own}), own)

    def value(self, point):
        """The largest value on a grid of ``log u`` that closes in on it or follows it out."""
        centre, width, grid = 0.0, 30.0, np.linspace(-1.0, 1.0, 81)
        for _ in range(9):
            exponents = np.asarray(centre)[..., None] + np.asarray(width)[..., None] * grid
            y = np.real(point.bind({self.variable: np.exp(exponents)})(self.body))
            y = np.broadcast_to(y, np.broadcast_shapes(np.shape(y), exponents.shape))
            exponents = np.broadcast_to(exponents, y.shape)
            best = y.argmax(-1)[..., None]
            centre = np.take_along_axis(exponents, best, -1)[..., 0]
            at_edge = (best[..., 0] == 0) | (best[..., 0] == len(grid) - 1)
            width = np.where(at_edge, width, width / 20)
        return np.take_along_axis(y, best, -1)[..., 0]

    def _latex(self, printer, *_):
        body, u = printer(self.body), printer(self.variable)
        return rf"\sup_{{{u}>0}}\left\{{{body}\right\}}"


class SupGap(Node):
    """``sup_{u>0} h(u) - h(value)``: not negative, for ``value`` is one of the candidates."""

    level = "sum"

    def __new__(cls, body, variable, value):
        return Expr.__new__(cls, sympify(body), variable, sympify(value))

    candidate = property(lambda self: self.args[2])

    @property
    def difference(self) -> Expr:
        body, variable, value = self.args
        return Add(Sup(body, variable), Mul(-1, body.xreplace({variable: value})), evaluate=False)

    def lowered(self, low):
        return low(self.difference)

    def value(self, point):
        return point(self.difference)

    def _latex(self, printer, *_):
        body, variable, value = self.args
        with board():
            there = body.xreplace({variable: value})
        return rf"{printer(Sup(body, variable))} - {printer.bracketed(printer(there))}"


class Limit(Node):
    """``lim_{u → to} body`` for ``to`` 0 (from above) or infinity."""

    level = "prefix"

    def __new__(cls, body, variable, to):
        return Expr.__new__(cls, sympify(body), variable, sympify(to))

    def lowered(self, low):
        body, variable, to = self.args
        u = bound_letter(variable.name, -1)
        return limit(low(body.xreplace({variable: u})), u, to)

    def value(self, point):
        """From three far values: what has settled is the limit, what grows has none."""
        body, variable, to = self.args
        sign = 1 if to == oo else -1
        far = [
            float(np.real(point.override({variable: 10.0 ** (sign * k)})(body)))
            for k in (20, 40, 70)
        ]
        if abs(far[2] - far[1]) <= 1e-10 * (1 + abs(far[2])):
            return far[2]
        return np.inf * np.sign(far[2] - far[1])

    def _latex(self, printer, *_):
        body, u, to = self.args
        arrow = r"0^{+}" if to == 0 else r"\infty"
        return rf"\lim_{{{printer(u)} \to {arrow}}} {printer.factor(body)}"


class Omega(Function):
    """The lowered ``W(e^g)``: the positive number with ``ω + log ω = g``."""

    nargs = 1
    is_real = True
    is_positive = True

    def fdiff(self, argindex=1):
        return self / (1 + self)


class W(Node):
    """Lambert's ``W`` of a positive argument: ``W(a) e^{W(a)} = a``."""

    def __new__(cls, argument):
        return Expr.__new__(cls, sympify(argument))

    def lowered(self, low):
        argument = low(self.args[0])
        if not is_positive(argument):
            raise ValueError("the argument of W must be seen to be positive")
        return Omega(argument.args[0] if isinstance(argument, exp) else log(argument))

    def value(self, point):
        goal = np.log(np.asarray(point(self.args[0]), dtype=complex))
        y = np.where(goal.real > 1, np.log(np.maximum(goal.real, 1)), goal.real).astype(complex)
        for _ in range(60):  # Newton for y + e^y = log a, where y = log W(a)
            y = y - (y + np.exp(y) - goal) / (1 + np.exp(y))
        return np.exp(y)

    def _latex(self, printer, *_):
        return rf"W\left({printer(self.args[0])}\right)"


def known_omega(argument: Expr, is_zero) -> Expr | None:
    """``a`` where ``argument = a + log a``, else None."""
    for term in Add.make_args(argument):
        power, found = term.as_coeff_Mul()
        if isinstance(found, log):
            a = found.args[0] ** power
            if a.is_positive and is_zero(argument - term - a):
                return a
    return None if argument != 1 else S.One


def known_sup(sup: Sup) -> Expr | None:
    """``sup_u {u f'(a) - f(u)} = a f'(a) - f(a)`` for a convex ``f`` and ``a > 0``, else None.

    The slope ``f'(a) - f'(u)`` is 0 at ``u = a`` and falls.
    """
    u, bracket = sup.variable, expand(sup.body)
    for f in bracket.atoms(Fn):
        if f.kind != "convex" or f.orders != (0,) or f.arguments != (u,):
            continue
        line = expand(bracket + f)
        slope = line.coeff(u, 1)
        if line != expand(u * slope) or not isinstance(slope, Fn) or u in slope.free_symbols:
            continue
        a = slope.arguments[0]
        if slope == Fn(*f.args[:2], (1,), (a,)) and a.is_positive:
            return a * slope - f.xreplace({u: a})
    return None
