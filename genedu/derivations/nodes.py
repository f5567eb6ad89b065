"""The words of the board: nodes that print as a lecturer writes them and mean something exact.

A node has three faces and they are written apart, so that one can catch the others' mistakes:
``_latex`` is what stands on the page; ``lowered`` is the plain SymPy expression that the prover
reduces; ``value`` is the number that the refuter computes at a witness, from the node itself.

Arrays of symbols are `Tensor`s with named axes; an axis such as ``M`` is a plain symbol and gets
its size only when a line is checked, so that the page keeps ``Σ_i b_i x_i``.
"""

import itertools
import operator
from functools import cache, reduce

from sympy import Add, Basic, Expr, Integer, Mul, Symbol, Tuple, evaluate, symbols, sympify
from sympy.core.symbol import Str

__all__ = [
    "Entry",
    "IndexProd",
    "IndexSum",
    "Named",
    "Node",
    "Tensor",
    "board",
    "indices",
]


def board():
    """Context in which ``a + b`` stays as written: SymPy neither sorts nor cancels.

    >>> from sympy import Symbol
    >>> q = Symbol("q")
    >>> with board():
    ...     line = q / q
    >>> line
    q/q
    """
    return evaluate(False)


def indices(names: str):
    """Return index or axis symbols: ``i, j, M = indices("i j M")``."""
    made = symbols(names, integer=True, positive=True)
    return made if isinstance(made, tuple) else (made,)


def text(name) -> Str:
    """A string as a node can hold it."""
    return name if isinstance(name, Str) else Str(name)


class Node(Expr):
    """Base of all nodes: an expression that prints one way and is checked another."""

    #: how tightly it binds on the page: "atom", "prefix" (a sum or derivative before its body)
    level = "atom"

    def lowered(self, low) -> Expr:
        raise NotImplementedError("a node says what it means")  # abstract

    def value(self, point):
        raise NotImplementedError("a node says how it is computed")  # abstract

    def _latex(self, printer, *_) -> str:
        raise NotImplementedError("a node says how it is printed")  # abstract

    def _eval_is_commutative(self):
        return all(a.is_commutative for a in self.args if isinstance(a, Expr))

    def _sympystr(self, printer) -> str:
        from .printing import latex

        return latex(self)


class Tensor(Basic):
    """An array of real symbols with named axes; ``W[i, j]`` is an entry.

    ``kind`` is what the entries may be: "real", "positive", "binary" (0 or 1: the refuter draws
    such numbers; the prover uses it only where the evidence is `Cases`) or "falling" (positive,
    and sorted in the comparison with an implementation). A symmetric tensor has
    ``W[j, i] = W[i, j]``; its diagonal is free.

    >>> i, M = indices("i M")
    >>> Tensor("b", M)[i]
    b_{i}
    """

    def __new__(cls, name, *axes, kind="real", symmetric=False):
        flag = "symmetric" if symmetric else "plain"
        return Basic.__new__(cls, text(name), Tuple(*axes), Str(kind), Str(flag))

    name = property(lambda self: self.args[0].name)
    axes = property(lambda self: tuple(self.args[1]))
    kind = property(lambda self: self.args[2].name)
    symmetric = property(lambda self: self.args[3].name == "symmetric")

    @property
    def bold(self) -> str:
        """LaTeX of the whole array: ``\\mathbf{h}'`` for ``h'``."""
        letter = self.name.rstrip("'")
        return rf"\mathbf{{{letter}}}" + self.name[len(letter) :]

    @property
    def func(self):
        flags = {"kind": self.kind, "symmetric": self.symmetric}
        return lambda name, axes, *_: Tensor(name, *axes, **flags)

    def __getitem__(self, index):
        return Entry(self, *(index if isinstance(index, tuple) else (index,)))

    def symbol(self, *index: int) -> Symbol:
        """The plain symbol of one entry, indices from 1."""
        positive = self.kind in ("positive", "falling")
        return _entry(self.name, positive, tuple(sorted(index)) if self.symmetric else index)

    def entries(self, sizes):
        """``{index: symbol}`` of all entries at the given sizes."""
        ranges = [range(1, sizes(axis) + 1) for axis in self.axes]
        return {index: self.symbol(*index) for index in itertools.product(*ranges)}


@cache
def _entry(name: str, positive: bool, index: tuple[int, ...]) -> Symbol:
    assumed = {"positive": True} if positive else {"real": True}
    return Symbol(f"{name}_{{{''.join(map(str, index))}}}", **assumed)


COMPARE = {"<": operator.lt, ">": operator.gt, "≠": operator.ne}


class Entry(Node):
    """One entry of a tensor, ``W[i, j]``."""

    def __new__(cls, tensor, *index):
        return Expr.__new__(cls, tensor, *map(sympify, index))

    tensor = property(lambda self: self.args[0])

    def index(self, assign) -> tuple[int, ...]:
        return tuple(int(assign(i)) for i in self.args[1:])

    def lowered(self, low):
        return self.tensor.symbol(*self.index(low))

    def value(self, point):
        return point.entry(self.tensor, self.index(point.integer))

    def _latex(self, printer, *_):
        return f"{self.tensor.name}_{{{''.join(map(printer, self.args[1:]))}}}"


class Named(Node):
    """A name for an expression: prints the name, means the definition.

    ``shown=False`` keeps it out of the list of definitions on the page.
    """

    def __new__(cls, name, definition, shown=True):
        shown = shown if isinstance(shown, Str) else Str("shown" if shown else "hidden")
        return Expr.__new__(cls, text(name), sympify(definition), shown)

    name = property(lambda self: self.args[0].name)
    definition = property(lambda self: self.args[1])
    shown = property(lambda self: self.args[2].name == "shown")

    def lowered(self, low):
        return low(self.definition)

    def value(self, point):
        return point(self.definition)

    def _latex(self, printer, *_):
        return self.name


class _Indexed(Node):
    """Shared by `IndexSum` and `IndexProd`: ``(body, relation, (i, M), (j, M), ...)``.

    ``where`` relates two indices, one of which may be free: ``("<", i, j)`` keeps ``i < j``,
    ``("≠", j, i)`` keeps ``j ≠ i``.
    """

    level = "prefix"
    sign: str

    def __new__(cls, body, *ranges, where=()):
        where = Tuple(*(Str(w) if isinstance(w, str) else w for w in where))
        return Expr.__new__(cls, sympify(body), where, *(Tuple(*r) for r in ranges))

    @property
    def func(self):
        cls = type(self)
        return lambda body, where, *ranges: cls(body, *ranges, where=tuple(where))

    body = property(lambda self: self.args[0])
    where = property(lambda self: self.args[1])
    ranges = property(lambda self: self.args[2:])

    def assignments(self, scope):
        """The values of the bound indices that ``where`` admits, as dictionaries."""
        names = [r[0] for r in self.ranges]
        spans = [range(1, scope.size(r[1]) + 1) for r in self.ranges]
        for values in itertools.product(*spans):
            chosen = dict(zip(names, map(Integer, values), strict=True))
            if self.where:
                relation, a, b = self.where
                inner = scope.at(chosen)
                a, b = inner.integer(a), inner.integer(b)
                if not COMPARE[relation.name](a, b):
                    continue
            yield chosen

    def lowered(self, low):
        return self.combine(*(low.at(chosen)(self.body) for chosen in self.assignments(low)))

    def value(self, point):
        terms = [point.at(chosen)(self.body) for chosen in self.assignments(point)]
        return self.fold(terms)

    def _latex(self, printer, *_):
        below = ",".join(printer(r[0]) for r in self.ranges)
        if self.where:
            relation, a, b = self.where
            sign = {"≠": r"\neq "}.get(relation.name, relation.name)
            below = f"{printer(a)}{sign}{printer(b)}"
        return f"{self.sign}_{{{below}}} {printer.factor(self.body)}"


class IndexSum(_Indexed):
    """``Σ_i body``; ``IndexSum(W[i, j] * x[j], (j, M), where=("≠", j, i))``."""

    sign = r"\sum"
    combine = staticmethod(Add)
    fold = staticmethod(lambda terms: sum(terms, 0.0))


class IndexProd(_Indexed):
    """``Π_j body``."""

    sign = r"\prod"
    combine = staticmethod(Mul)
    fold = staticmethod(lambda terms: reduce(operator.mul, terms, 1.0))
