"""Nodes for derivatives, values at a point, recursions and the two functions of this book.

The refuter takes derivatives by a complex step (``Im f(t + ih) / h``), which is exact to rounding
and shares nothing with SymPy's ``diff``.
"""

import itertools

import numpy as np
from sympy import Add, Dummy, Expr, Integer, Symbol, Tuple, exp, log, sympify

from .functions import derivative, is_nonnegative
from .nodes import Entry, Node, Tensor, text

__all__ = ["At", "Components", "Diff", "Grad", "Iterate", "LogGap", "Sigma", "direction"]

STEP = 1e-30


_LETTER = Dummy("s", real=True)  # a symbol of which no sign is known


def direction(symbol: Symbol) -> Symbol:
    """The free amount by which `Grad` moves a parameter: ``δ`` of its symbol."""
    return Symbol(f"δ{symbol.name}", real=True)


def _parameter_symbols(parameters, scope):
    for p in parameters:
        yield from dict.fromkeys(p.entries(scope.size).values()) if isinstance(p, Tensor) else [p]


def _put_back(e: Expr, letters: dict, low) -> Expr:
    """``e`` after the derivative: the letters are the symbols again, with their values."""
    return e.xreplace({own: low(s) for s, own in letters.items() if own != s})


class Grad(Node):
    """``∂f/∂θ``, checked along a free direction of all ``parameters`` at once.

    A single ``∂/∂W_12`` would let a wrong term in ``b`` pass.
    """

    level = "prefix"

    def __new__(cls, body, *parameters, name=r"\theta"):
        return Expr.__new__(cls, sympify(body), text(name), *parameters)

    @property
    def func(self):
        return lambda body, name, *parameters: Grad(body, *parameters, name=name)

    body = property(lambda self: self.args[0])

    def lowered(self, low):
        plain = [p for p in self.args[2:] if isinstance(p, Symbol)]
        body, letters = low.apart(self.body, plain)
        moved = {p: letters.get(p, p) for p in _parameter_symbols(self.args[2:], low)}
        present = body.free_symbols
        total = Add(*(direction(p) * body.diff(s) for p, s in moved.items() if s in present))
        return _put_back(total, letters, low)

    def value(self, point):
        moved = {
            p: point(p) + 1j * STEP * point(direction(p))
            for p in _parameter_symbols(self.args[2:], point)
        }
        return np.imag(point.override(moved)(self.body)) / STEP

    def _latex(self, printer, *_):
        body, name = printer(self.body), self.args[1].name
        if isinstance(self.body, Node) and self.body.level == "atom" and len(body) < 30:
            return rf"\frac{{\partial {body}}}{{\partial {name}}}"
        return rf"\frac{{\partial}}{{\partial {name}}}{printer.argument(self.body)}"


class Components(Node):
    """A gradient read off entry by entry: cases ``(W[i, j], f)``, ``(b[i], g)``, ...

    Each case holds for all values of the indices of its parameter (for a symmetric matrix the
    pairs ``i < j``). It means ``Σ δW_ij f + Σ δb_i g``, so that no entry can go unchecked.
    """

    def __new__(cls, *cases, name=r"\theta"):
        return Expr.__new__(cls, text(name), *(Tuple(*map(sympify, c)) for c in cases))

    @property
    def func(self):
        return lambda name, *cases: Components(*cases, name=name)

    cases = property(lambda self: self.args[1:])

    def _terms(self, scope):
        for parameter, body in self.cases:
            tensor = parameter.tensor
            spans = [range(1, scope.size(a) + 1) for a in tensor.axes]
            for index in itertools.product(*spans):
                if tensor.symmetric and list(index) != sorted(set(index)):
                    continue
                names = parameter.args[1:]
                chosen = dict(zip(names, map(Integer, index), strict=True))
                yield direction(tensor.symbol(*index)), scope.at(chosen), body

    def lowered(self, low):
        return Add(*(delta * inner(body) for delta, inner, body in self._terms(low)))

    def value(self, point):
        return sum(
            point(delta) * inner(body)
            for delta, inner, body in self._terms(point)
            if point(delta) != 0
        )

    def _latex(self, printer, *_):
        rows = (
            rf"{printer(body)} & \text{{for }}{self.args[0].name}={printer(p)}"
            for p, body in self.cases
        )
        return r"\begin{cases}" + r" \\ ".join(rows) + r"\end{cases}"


class Diff(Node):
    """``d f / d s`` by one symbol, or ``d² f / d s²`` with ``order`` 2."""

    level = "prefix"

    def __new__(cls, body, symbol, order=1):
        return Expr.__new__(cls, sympify(body), symbol, Integer(order))

    order = property(lambda self: int(self.args[2]))

    def lowered(self, low):
        body, letters = low.apart(self.args[0], [self.args[1]])
        return _put_back(body.diff(letters[self.args[1]], self.order), letters, low)

    def value(self, point):
        body, s, _ = self.args
        if self.order == 1:
            return np.imag(point.override({s: point(s) + 1j * STEP})(body)) / STEP
        return derivative(lambda v: point.override({s: v})(body), point(s), self.order)

    def _latex(self, printer, *_):
        s, power = printer(self.args[1]), "" if self.order == 1 else f"^{{{self.order}}}"
        return rf"\frac{{d{power}}}{{d{s}{power}}}{printer.argument(self.args[0])}"


class At(Node):
    """``[f]_{s = value}``: first ``f`` (derivatives too), then the value is put in.

    ``s`` is a symbol or the entry of a tensor.
    """

    def __new__(cls, body, symbol, value):
        return Expr.__new__(cls, sympify(body), symbol, sympify(value))

    def lowered(self, low):
        body, what, value = self.args[0], self.args[1], low(self.args[2])
        if not isinstance(what, Symbol):
            return low(body).xreplace({low(what): value})
        if what.is_positive and not is_nonnegative(value):  # √(s²) = s no longer
            body, what = body.xreplace({what: _LETTER}), _LETTER
        body, letters = low.apart(body, [what])
        return body.xreplace({letters[what]: value})

    def value(self, point):
        body, what, value = self.args
        if isinstance(what, Entry):
            what = what.tensor.symbol(*what.index(point.integer))
        return point.override({what: point(value)})(body)

    def _latex(self, printer, *_):
        body, symbol, value = map(printer, self.args)
        return rf"\left[{body}\right]_{{{symbol}={value}}}"


class Iterate(Node):
    """``x_n`` of the recursion ``x_{k+1} = rule(x_k)`` from ``x_0 = start``; prints ``name_n``."""

    def __new__(cls, name, rule, variable, start, count):
        return Expr.__new__(cls, text(name), sympify(rule), variable, sympify(start), count)

    name = property(lambda self: self.args[0].name)

    @staticmethod
    def variable(name: str) -> Symbol:
        """What the rule is written in: ``name_k``."""
        return Symbol(rf"{name}_{{k}}", real=True)

    def lowered(self, low):
        name, rule, variable, start, count = self.args
        return Iterate(name, low(rule), variable, low(start), low(count))

    def value(self, point):
        _, rule, variable, start, count = self.args
        x = point(start)
        for _ in range(int(np.real(point(count)))):
            x = point.override({variable: x})(rule)
        return x

    @property
    def free_symbols(self):
        _, rule, variable, start, count = self.args
        return (rule.free_symbols - {variable}) | start.free_symbols | count.free_symbols

    def _eval_derivative(self, symbol):
        raise ValueError("the derivative of a recursion is not implemented; use its closed form")

    def _latex(self, printer, *_):
        return f"{self.name}_{{{printer(self.args[4])}}}"


class Sigma(Node):
    """The logistic function ``σ(t) = 1/(1+e^{-t})``."""

    def __new__(cls, argument):
        return Expr.__new__(cls, sympify(argument))

    def lowered(self, low):
        return 1 / (1 + exp(-low(self.args[0])))

    def value(self, point):
        return 1 / (1 + np.exp(-point(self.args[0])))

    def _latex(self, printer, *_):
        return rf"\sigma\left({printer(self.args[0])}\right)"


class LogGap(Node):
    """``r - 1 - log r``: not negative for ``r > 0``, and 0 only at ``r = 1``."""

    level = "sum"

    def __new__(cls, argument):
        return Expr.__new__(cls, sympify(argument))

    def lowered(self, low):
        r = low(self.args[0])
        return r - 1 - log(r)

    def value(self, point):
        r = point(self.args[0])
        return r - 1 - np.log(r)

    def _latex(self, printer, *_):
        r = self.args[0]
        return rf"{printer(r)} - 1 - \log {printer.factor(r)}"
