"""Where a node finds its sizes, indices and symbols: `Lowering` for the prover, `Point` for the
refuter. Both answer ``size(axis)``, ``integer(index)``, ``at({index: int})`` and ``scope(node)``.
"""

import hashlib
import random
from functools import cache, lru_cache

import numpy as np
from sympy import Abs, Add, Dummy, Integer, Max, Mul, Pow, Symbol, cos, exp, log, sin, sympify
from sympy.core.function import AppliedUndef

from .nodes import Named, Node

__all__ = ["Lowering", "Matrix", "NotComputable", "Point", "add", "multiply", "own_letter"]


class NotComputable(ValueError):
    """The expression has no value at a witness, or its shapes do not fit."""


class _Scope:
    sizes: dict
    index: dict

    def size(self, axis) -> int:
        return int(self.sizes[axis])

    def integer(self, index) -> int:
        value = self.index.get(index, index)
        if not isinstance(value, (int, Integer)):
            raise NotComputable(f"the index {index} has no value here")
        return int(value)


class Lowering(_Scope):
    """Turns a line of the board into plain SymPy: calling it replaces every node by its meaning.

    ``unfold`` names the matrices that are to be replaced by their definitions, ``given`` has the
    values of symbols. ``used`` collects the axes that were given a size on the way: empty means
    that the result is general.
    """

    def __init__(self, sizes, index=None, unfold=frozenset(), used=None, given=()):
        self.sizes, self.index, self.given = sizes, index or {}, dict(given)
        self.unfold = frozenset(unfold)
        self.used = set() if used is None else used

    def size(self, axis) -> int:
        self.used.add(axis)
        return super().size(axis)

    def at(self, chosen) -> "Lowering":
        return Lowering(self.sizes, {**self.index, **chosen}, self.unfold, self.used, self.given)

    def apart(self, body, symbols) -> tuple:
        """``body`` lowered with letters of their own for ``symbols``, and ``{symbol: letter}``.

        A symbol that is bound or moved in ``body`` is not the one that `given` speaks of: its
        value is not put in there, and a value that contains it is not captured.
        """
        if not self.given:
            return self(body), {s: s for s in symbols}
        letters = {s: own_letter(s) for s in symbols}
        return self(body.xreplace(letters)), letters

    def __call__(self, e):
        e = sympify(e)
        if e in self.index:
            return Integer(self.index[e])
        if e in self.given:
            return self(self.given[e])
        if isinstance(e, Named):  # the same names stand in line after line
            sizes, index, given = (tuple(d.items()) for d in (self.sizes, self.index, self.given))
            meaning, used = _meaning(e.definition, sizes, index, self.unfold, given)
            self.used |= used
            return meaning
        if isinstance(e, Node):
            return e.lowered(self)
        return e.func(*map(self, e.args)) if e.args else e


@cache
def own_letter(symbol: Symbol) -> Dummy:
    """A letter that is assumed to be what ``symbol`` is, and that stands nowhere else."""
    return Dummy(symbol.name, **symbol.assumptions0)


@lru_cache(maxsize=256)
def _meaning(e, sizes, index, unfold, given):
    low = Lowering(dict(sizes), dict(index), unfold, given=given)
    return low(e), frozenset(low.used)


def _seed(*parts) -> int:
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=8).digest(), "big")


@cache
def _waves(name: str, seed: int, arity: int):
    """Coefficients of a smooth function that stands for an abstract one."""
    rng = random.Random(_seed(name, seed))
    return [tuple(rng.uniform(0.4, 1.2) for _ in range(3)) for _ in range(arity)]


FUNCTIONS = {exp: np.exp, log: np.log, sin: np.sin, cos: np.cos}


class Point(_Scope):
    """One witness: a number for every symbol, drawn on demand within what is assumed of it.

    ``domains`` maps a symbol to an interval, ``given`` a symbol to its value, ``given_data`` a
    tensor or symbol to an array of data points. Values carry one trailing axis for each binder
    that they stand under.
    """

    def __init__(self, seed, sizes, domains=None, given=None, given_data=None, num_data=3):
        self.seed, self.sizes, self.index = seed, sizes, {}
        self.domains = domains or {}
        self.drawn = dict(given or {})  # shared by all scopes of this witness
        self.given_data = given_data or {}
        self.num_data = num_data
        self.bound: dict = {}

    def _copy(self, **changes) -> "Point":
        other = object.__new__(Point)
        other.__dict__.update(self.__dict__, **changes)
        return other

    def at(self, chosen) -> "Point":
        return self._copy(index={**self.index, **chosen})

    def override(self, values) -> "Point":
        return self._copy(bound={**self.bound, **values})

    def bind(self, values) -> "Point":
        """A scope under one more binder: its values run along a new last axis."""
        lifted = {k: v[..., None] if np.ndim(v) else v for k, v in self.bound.items()}
        return self._copy(bound={**lifted, **values})

    def _draw(self, name: str, kind: str, low=-1.3, high=1.3) -> float:
        rng = random.Random(_seed(name, self.seed))
        if kind == "binary":
            return float(rng.randint(0, 1))
        if kind == "count":
            return float(rng.randint(1, 4))
        if kind in ("positive", "falling"):
            low, high = 0.5, 1.5
        return rng.uniform(low, high)

    def symbol(self, s: Symbol, kind: str | None = None):
        if s in self.bound:
            return self.bound[s]
        if s not in self.drawn:
            if kind is None:
                kind = "count" if s.is_integer else "positive" if s.is_positive else "real"
            if s in self.domains:
                low, high = self.domains[s]
                margin = (high - low) / 10
                self.drawn[s] = self._draw(s.name, "real", low + margin, high - margin)
            else:
                self.drawn[s] = self._draw(s.name, kind)
        return self.drawn[s]

    def entry(self, tensor, index):
        return self.symbol(tensor.symbol(*index), tensor.kind)

    def data(self, x, names):
        """Values ``{symbol: (num_data,)}`` of the data that stand for ``x``."""
        if x in self.given_data:
            columns = np.asarray(self.given_data[x]).reshape(self.num_data, -1).T
            return dict(zip(names, columns, strict=True))
        kind = getattr(x, "kind", "real")
        draw = self._draw
        rows = range(self.num_data)
        return {s: np.array([draw(f"{s.name}@{r}", kind) for r in rows]) for s in names}

    def __call__(self, e):
        if isinstance(e, Node):
            return e.value(self)
        if isinstance(e, Symbol):
            known = self.index.get(e, self.sizes.get(e))
            return self.symbol(e) if known is None else float(known)
        if e.is_Number or e.is_NumberSymbol:
            return float(e)
        values = [self(a) for a in e.args]
        if isinstance(e, Add):
            return add(values)
        if isinstance(e, Mul):
            return multiply(values)
        if isinstance(e, Pow) and _is_matrix(values[0]):
            if not (e.exp.is_Integer and e.exp > 0) or len(set(values[0].shape)) > 1:
                raise NotComputable("only a square matrix has powers, and only whole ones")
            return np.linalg.matrix_power(values[0], int(e.exp))
        if isinstance(e, Pow):
            return np.power(np.asarray(values[0], dtype=complex), values[1])
        if isinstance(e, tuple(FUNCTIONS)):
            return FUNCTIONS[type(e)](np.asarray(values[0], dtype=complex))
        if isinstance(e, Abs):
            return np.abs(np.real(values[0]))
        if isinstance(e, Max):
            return np.maximum.reduce(np.broadcast_arrays(*map(np.real, values)))
        if isinstance(e, AppliedUndef):
            waves = _waves(e.func.__name__, self.seed, len(values))
            total = sum(a * np.sin(b * v + c) for v, (a, b, c) in zip(values, waves, strict=True))
            return np.exp(total) if e.is_positive else total
        raise NotComputable(f"{type(e).__name__} has no value at a witness")


def _is_matrix(v) -> bool:
    return getattr(v, "matrix", False)


class Matrix(np.ndarray):
    """A matrix value; a plain array is a number, perhaps one under binders."""

    matrix = True


def add(values):
    """Sum; a number beside square matrices stands for that multiple of the identity."""
    matrices = [v for v in values if _is_matrix(v)]
    if not matrices:
        return sum(values)
    rows, columns = matrices[0].shape
    total = np.zeros((rows, columns)).view(Matrix)
    for v in values:
        if not _is_matrix(v):
            if rows != columns:
                raise NotComputable("a number is added to a matrix that is not square")
            v = v * np.eye(rows)
        elif v.shape != (rows, columns):
            raise NotComputable(f"shapes {v.shape} and {(rows, columns)} are added")
        total = total + v
    return total


def multiply(values):
    result = 1.0
    for v in values:
        if _is_matrix(v) and _is_matrix(result):
            if result.shape[1] != v.shape[0]:
                raise NotComputable(f"shapes {result.shape} and {v.shape} are multiplied")
            result = result @ v
            if result.shape == (1, 1):
                result = result.item()
        else:
            result = result * v
    return result
