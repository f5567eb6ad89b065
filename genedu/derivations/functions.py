"""Functions of which only the kind is known: densities, critics, energies; and the normal density.

On the page a `Func` is ``p(x | z)`` or ``D(x)``; to the prover it is an `Fn`, of which nothing is
known but its kind and its derivatives' names; the refuter draws a smooth function of that kind.
"""

import random
from functools import cache, lru_cache

import numpy as np
from sympy import Add, Expr, Integer, Tuple, factor, log, pi, sympify
from sympy.core.symbol import Str

from .nodes import Node, text
from .scope import _seed

__all__ = ["Fn", "Func", "Normal", "Pdf", "derivative"]

KINDS = ("real", "positive", "unit", "density", "energy", "convex", "growing")


class Fn(Expr):
    """The lowered function: ``(name, kind, orders of derivatives, arguments)``.

    A "density" integrates to 1 over its first argument, whatever the others are.
    """

    is_commutative = True
    is_real = True

    def __new__(cls, name, kind, orders, arguments):
        return Expr.__new__(cls, name, kind, orders, Tuple(*arguments))

    kind = property(lambda self: self.args[1].name)
    orders = property(lambda self: tuple(map(int, self.args[2])))
    arguments = property(lambda self: tuple(self.args[3]))

    def _eval_is_positive(self):
        if self.kind in ("positive", "density") and not any(self.orders):
            return True
        if (self.kind, self.orders) == ("convex", (2,)) and self.arguments[0].is_positive:
            return True
        if (self.kind, self.orders) == ("growing", (1,)):
            return True

    def _eval_derivative(self, symbol):
        name, kind, orders, arguments = self.args
        terms = []
        for k, argument in enumerate(arguments):
            inner = argument.diff(symbol)
            if inner != 0:
                raised = Tuple(*(o + (k == n) for n, o in enumerate(orders)))
                terms.append(Fn(name, kind, raised, arguments) * inner)
        return Add(*terms)


class Func(Node):
    """``name(shown)``: a function of the given kind, which may depend on ``silent`` symbols too.

    Kinds: "real"; "positive"; "unit" (values between 0 and 1); "density" (over the first
    argument; the others are printed behind a bar); "energy" (``exp(-E)`` can be integrated);
    "convex" (of one positive argument, with a positive second derivative); "growing" (of one
    argument, with a positive derivative).
    On a board ``p(x)`` and ``p(z)`` are two functions: ``key`` tells them apart.

    >>> from sympy import Symbol
    >>> x, z = Symbol("x", real=True), Symbol("z", real=True)
    >>> Func("p", x, z, kind="density")
    p(x \\mid z)
    """

    def __new__(cls, name, *shown, kind="real", silent=(), primes=0, key=""):
        if kind not in KINDS:
            raise ValueError(f"`kind` is {kind!r}, but one of {', '.join(KINDS)} is accepted.")
        shown, silent = Tuple(*map(sympify, shown)), Tuple(*silent)
        return Expr.__new__(
            cls, text(name), shown, Str(kind), silent, Integer(int(primes)), text(key)
        )

    name = property(lambda self: self.args[0].name)
    shown = property(lambda self: tuple(self.args[1]))
    kind = property(lambda self: self.args[2].name)
    primes = property(lambda self: int(self.args[4]))
    key = property(lambda self: self.args[5].name)

    @property
    def func(self):
        return lambda name, shown, kind, silent, primes, key: Func(
            name, *shown, kind=kind.name, silent=silent, primes=primes, key=key
        )

    @property
    def identity(self) -> str:
        """What makes two functions the same."""
        return f"{self.name}:{self.key}" if self.key else self.name

    @property
    def arguments(self) -> tuple:
        """All arguments, the silent ones last."""
        return (*self.shown, *self.args[3])

    def prime(self) -> "Func":
        """The derivative by its only shown argument, ``f'(x)``."""
        name, shown, kind, silent, primes, key = self.args
        return self.func(name, shown, kind, silent, int(primes) + 1, key)

    def lowered(self, low):
        arguments = [low(a) for a in self.arguments]
        orders, name = Tuple(self.primes, *[0] * (len(arguments) - 1)), Str(self.identity)
        if self.kind == "unit":
            if self.primes:
                raise ValueError("the derivative of a function with values in (0,1) has no name")
            return 1 / (1 + Fn(name, Str("positive"), orders, arguments))
        return Fn(name, self.args[2], orders, arguments)

    def value(self, point):
        arguments = [point(a) for a in self.arguments]
        drawn = _witness(self.identity, point.seed, self.kind, len(arguments))
        if not self.primes:
            return drawn(*arguments)
        first, *others = arguments
        if self.kind == "convex":  # singular at 0: the circle must shrink with the argument
            return derivative(lambda v: drawn(v * first), 1.0, self.primes) / first**self.primes
        return derivative(lambda v: drawn(v, *others), first, self.primes)

    def _latex(self, printer, *_):
        head, *rest = map(printer, self.shown)
        bar = r" \mid " if self.kind == "density" else ", "
        inside = head + (bar + ", ".join(rest) if rest else "")
        return f"{self.name}{self.primes * chr(39)}({inside})"


def derivative(f, at, order: int = 1):
    """Derivative of an analytic function by the mean value over a circle (Cauchy): it nests."""
    radius, count = 0.03, 16
    turns = np.exp(2j * np.pi * np.arange(count) / count)
    total = sum(f(at + radius * turn) / turn**order for turn in turns)
    return total / count / radius**order * (2 if order == 2 else 1)


@cache
def _witness(name: str, seed: int, kind: str, arity: int):
    """A smooth, analytic function of the kind, the same for the same name and seed."""
    rng = random.Random(_seed("function", name, seed))

    def waves(count, size):
        drawn = [
            (
                rng.uniform(0.3, size),
                [rng.uniform(0.4, 1.1) for _ in range(count)],
                rng.uniform(0, 6),
            )
            for _ in range(2)
        ]

        def total(*arguments):
            if not arguments:
                return drawn[0][0] * np.sin(drawn[0][2])
            return sum(
                a * np.sin(sum(b * v for b, v in zip(slopes, arguments, strict=True)) + c)
                for a, slopes, c in drawn
            )

        return total

    if kind == "density":  # two normals whose means move with what stands behind the bar
        share, means = rng.uniform(0.35, 0.65), (waves(arity - 1, 0.7), waves(arity - 1, 0.7))
        widths, offsets = (rng.uniform(0.7, 1.1), rng.uniform(0.7, 1.1)), (-0.5, 0.6)

        def density(v, *given):
            parts = [
                np.exp(-((v - mean(*given) - o) ** 2) / (2 * s**2)) / (np.sqrt(2 * np.pi) * s)
                for mean, s, o in zip(means, widths, offsets, strict=True)
            ]
            return share * parts[0] + (1 - share) * parts[1]

        return density
    if kind == "growing":
        stiff, bent = rng.uniform(0.9, 1.4), waves(arity, 0.35)
        return lambda v: stiff * v + bent(v)
    total = waves(arity, 1.0)
    if kind == "energy":
        stiff = rng.uniform(0.8, 1.4)
        return lambda v, *rest: stiff * v**2 / 2 + total(v, *rest)
    if kind == "convex":
        a, b, c = (rng.uniform(0.4, 1.2) for _ in range(3))
        return lambda u: (a * u - b) * np.log(np.asarray(u, dtype=complex)) - c * u
    if kind == "positive":
        return lambda *arguments: np.exp(total(*arguments))
    if kind == "unit":
        return lambda *arguments: 1 / (1 + np.exp(total(*arguments)))
    return total


class Pdf(Expr):
    """The lowered normal density ``(v, mean, variance)``: a positive letter with known moments."""

    is_commutative = True
    is_real = True
    is_positive = True

    @property
    def log_density(self) -> Expr:
        """``-(v - mean)²/(2 variance) - ½ log(2π variance)``."""
        v, mean, variance = self.args
        return -((v - mean) ** 2) / (2 * variance) - (log(2) + log(pi) + log(variance)) / 2

    def _eval_derivative(self, symbol):
        return self * self.log_density.diff(symbol)


@lru_cache(maxsize=256)
def is_positive(e: Expr) -> bool:
    """Whether ``e`` is seen to be greater than 0, as it is or in factors."""
    return bool(e.is_positive or factor(e).is_positive)


@lru_cache(maxsize=256)
def is_nonnegative(e: Expr) -> bool:
    """Whether ``e`` is seen not to be less than 0, as it is or in factors."""
    return bool(e.is_nonnegative or factor(e).is_nonnegative)


class Normal(Node):
    """``N(v; mean, variance)``, the normal density."""

    def __new__(cls, v, mean, variance):
        return Expr.__new__(cls, *map(sympify, (v, mean, variance)))

    def lowered(self, low):
        v, mean, variance = map(low, self.args)
        if not is_positive(variance):
            raise ValueError("the variance of a normal density must be seen to be positive")
        return Pdf(v, mean, variance)

    def value(self, point):
        v, mean, variance = map(point, self.args)
        return np.exp(-((v - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)

    def _latex(self, printer, *_):
        v, mean, variance = map(printer, self.args)
        return rf"\mathcal{{N}}\left({v};\,{mean},\,{variance}\right)"
