"""The torch functions that carry a result: which symbols are their arguments, what they return.

What is compared is declared here, not programmed; see `comparison`.
"""

from dataclasses import dataclass, field

from sympy import Expr, Symbol

from .matrices import Mat
from .nodes import Tensor

__all__ = ["Batch", "Data", "Grid", "Implementation", "Unit"]


@dataclass(frozen=True)
class Batch:
    """An argument ``(batch, size)``: rows of states, each compared by itself."""

    what: Tensor | Mat


@dataclass(frozen=True)
class Data:
    """An argument ``(N, size)`` or ``(N,)``: the data that the averages run over."""

    what: Tensor | Symbol


@dataclass(frozen=True)
class Grid:
    """An argument ``(nodes,)``: an expression in ``variable`` on the grid of the integrals.

    With ``masses`` each value is multiplied by the weight of its node: a density then becomes
    probabilities that sum to 1.
    """

    expr: Expr
    variable: Symbol
    masses: bool = False


@dataclass(frozen=True)
class Unit:
    """An argument that counts from 0 in code and from 1 on the board: a free index of ``axis``."""

    what: Symbol
    axis: Symbol


@dataclass(frozen=True)
class Implementation:
    """One function or method and what its output must be.

    ``name`` is dotted, from ``genedu`` on; a part may be an entry of a table or be made with
    numbers, ``F_DIVERGENCES[kl].conjugate`` or ``alpha_divergence(3).conjugate``. Arguments are
    a `Tensor` or `Mat`, an expression (a plain number; an axis is its size), `Batch`, `Data`,
    `Grid`, `Unit`, a string (passed on as it is), a `Func` of one symbol (a torch function of
    rows), or a tuple of these. For a method, ``build`` gives the arguments of the class and
    ``state`` its parameters by name.

    ``equals`` has one expression for each output (empty: the result of the derivation) and
    ``axes`` the free indices that run along an output, where it has them; with ``on`` an output
    has one value for each node of the grid in that variable, as a `Grid` argument has. With
    ``along`` the one expression is a gradient and there is one output for each of those
    parameters. ``gradients`` names parameters by which torch's own derivative of the output is
    compared too. ``given`` lets a symbol run through the values of an expression, as in
    `Setting`.
    """

    name: str
    arguments: tuple = ()
    equals: tuple[Expr, ...] = ()
    axes: dict[Symbol, Symbol] = field(default_factory=dict)
    along: tuple[Tensor, ...] = ()
    gradients: tuple[Tensor, ...] = ()
    build: tuple = ()
    state: dict = field(default_factory=dict)
    sizes: dict = field(default_factory=dict)
    num: Symbol | None = None  # the number of data points, where an expression contains it
    on: Symbol | None = None  # the variable of a grid that runs along the output
    given: dict = field(default_factory=dict)  # symbol -> its value, in terms of free symbols

    @property
    def how(self) -> str:
        """How it is compared, in words."""
        what = "all entries" if self.along else "values"
        return what + (" and gradients" if self.gradients else "")
