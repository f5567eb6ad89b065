"""Torch functions compared with what they implement, at random points in float64.

This alone catches a derivation that is consistently wrong, so every derivation names some. torch
is imported only here, and only when a comparison runs.
"""

import itertools
import re
import time
from importlib import import_module

import numpy as np

from .calculus import Diff, direction
from .functions import Func
from .implementations import Batch, Data, Grid, Implementation, Unit
from .integrals import NODES, WEIGHTS
from .matrices import Mat
from .nodes import Tensor
from .refuter import values
from .report import Row
from .scope import Matrix, Point
from .torch_functions import torch_function

__all__ = ["compare", "resolve"]

POINTS = 3  # random points
ROWS = 4  # states in a batch, points in a data set
AGREE = 1e-10


def resolve(name: str):
    """Return ``(owner, function)`` of a dotted name; the owner is a module, a class, an entry.

    >>> resolve("genedu.divergences.F_DIVERGENCES[kl].conjugate")[1].__name__
    'conjugate'
    """
    parts = re.split(r"\.(?=[A-Za-z_])", name)
    for cut in range(len(parts) - 1, 0, -1):
        try:
            owner = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:-1]:
            owner = _part(owner, part)
        return owner, getattr(owner, parts[-1])
    raise ImportError(f"no module of {name!r} can be imported")


def _part(owner, part: str):
    """An attribute, ``table[key]`` or ``make(number)``."""
    name, key, number = re.fullmatch(r"(\w+)(?:\[(\w+)\]|\((-?[\d.]+)\))?", part).groups()
    found = getattr(owner, name)
    if number is not None:
        return found(float(number))
    return found if key is None else found[key]


def compare(derivation, item: Implementation) -> Row:
    """Call the function at random points and compare it with the derived expression."""
    began = time.perf_counter()
    try:
        worst = max(_Trial(derivation, item, seed).difference() for seed in range(POINTS))
        ok = bool(worst <= AGREE)
        verb = "agree to" if ok else "differ by"
        note = f"{item.name}: {item.how} {verb} {max(worst, 1e-16):.0e} at {POINTS} random points"
    except Exception as problem:  # whatever the code under test does, the row must say it
        ok, note = False, f"{item.name}: {type(problem).__name__}: {problem}"
    return Row(len(derivation.steps) - 1, ok, "compared", time.perf_counter() - began, note)


class _Trial:
    """One random point: numbers for all symbols, the function's output and what it must be."""

    def __init__(self, derivation, item: Implementation, seed: int):
        self.item = item
        self.point = Point(seed + 1000, item.sizes, num_data=ROWS)
        if item.num is not None:
            self.point.drawn[item.num] = float(ROWS)
        for symbol, value in item.given.items():
            self.point.drawn[symbol] = float(np.real(self.point(value)))
        self.rng = np.random.default_rng(seed)
        self.expected = item.equals or (derivation.result,)
        self.batches: dict = {}
        self.parameters: dict = {}

    # -- from symbols to tensors ------------------------------------------------------------------
    def _draw(self, tensor, rows):
        size = self.point.size(tensor.axes[0])
        if tensor.kind == "binary":
            return self.rng.integers(0, 2, (rows, size)).astype(float)
        return self.rng.uniform(-1.3, 1.3, (rows, size))

    def _array(self, what):
        """The numbers of a tensor or matrix at the point; a symmetric one has diagonal 0."""
        if isinstance(what, Mat):
            numbers = np.asarray(self.point(what))
            return numbers[:, 0] if what.is_column else numbers
        names = what.entries(self.point.size)
        shape = tuple(self.point.size(axis) for axis in what.axes)
        values = np.array([self.point.entry(what, k) for k in names]).reshape(shape)
        if what.kind == "falling":
            values = -np.sort(-values)
            self.point.drawn.update(zip(names.values(), values.tolist(), strict=True))
        return values * (1 - np.eye(*shape)) if what.symmetric else values

    def _tensor(self, what):
        import torch

        if what not in self.parameters:
            values = torch.from_numpy(np.array(self._array(what), dtype=float))
            self.parameters[what] = values.requires_grad_(what in self.item.gradients)
        return self.parameters[what]

    def _argument(self, what, chosen):
        import torch

        if isinstance(what, str):
            return what
        if isinstance(what, tuple):
            return tuple(self._argument(part, chosen) for part in what)
        if isinstance(what, Grid):
            grid = values(what.expr, self.point.bind({what.variable: NODES}), NODES.shape)
            return torch.from_numpy(grid * WEIGHTS if what.masses else grid.copy())
        if isinstance(what, Unit):
            return chosen[what.what] - 1
        if isinstance(what, Func):
            return torch_function(what, self.point)
        if isinstance(what, Batch):
            if what.what not in self.batches:
                if isinstance(what.what, Mat):
                    shape = (ROWS, self.point.size(what.what.args[1]))
                    self.batches[what.what] = self.rng.uniform(-1.3, 1.3, shape)
                else:
                    self.batches[what.what] = self._draw(what.what, ROWS)
            return torch.from_numpy(self.batches[what.what])
        if isinstance(what, Data):
            x = what.what
            if x not in self.point.given_data:
                drawn = (
                    self._draw(x, ROWS) if isinstance(x, Tensor) else self.rng.normal(size=ROWS)
                )
                self.point.given_data[x] = drawn
            return torch.from_numpy(self.point.given_data[x])
        if isinstance(what, (Tensor, Mat)):
            return self._tensor(what)
        if what in self.point.sizes:
            return self.point.size(what)
        return float(values(what, self.point))

    # -- both sides -------------------------------------------------------------------------------
    def _call(self, chosen):
        owner, function = resolve(self.item.name)
        arguments = [self._argument(a, chosen) for a in self.item.arguments]
        if self.item.build:
            machine = owner(*(self._argument(a, chosen) for a in self.item.build)).double()
            for name, what in self.item.state.items():
                getattr(machine, name).data = self._tensor(what).detach()
                self.parameters[what] = getattr(machine, name)
            out = function(machine, *arguments)
        else:
            out = function(*arguments)
        return out if isinstance(out, tuple) else (out,)

    def _outputs(self, e, point) -> np.ndarray:
        """``e`` at the point, at each node of the grid, or at each row of the batch."""
        if self.item.on is not None:
            return values(e, point.bind({self.item.on: NODES}), NODES.shape)
        if not self.batches:
            return values(e, point)
        if any(isinstance(what, Mat) for what in self.batches):
            rows = []
            for r in range(ROWS):
                row = {m: drawn[r][:, None].view(Matrix) for m, drawn in self.batches.items()}
                rows.append(np.real(point.override(row)(e)))
            return np.array(rows).reshape(ROWS, *np.shape(rows[0])[:1])
        bound = {}
        for what, drawn in self.batches.items():
            bound.update(zip(what.entries(point.size).values(), drawn.T, strict=True))
        return values(e, point.bind(bound), (ROWS,))

    def _values(self, e, point) -> np.ndarray:
        """All outputs: rows of the batch first, then the axes of the implementation."""
        axes = {index: axis for index, axis in self.item.axes.items() if e.has(index)}
        if not axes:
            return self._outputs(e, point)
        sizes = [point.size(axis) for axis in axes.values()]
        places = itertools.product(*(range(1, size + 1) for size in sizes))
        scopes = (point.at(dict(zip(axes, place, strict=True))) for place in places)
        stacked = np.stack([self._outputs(e, scope) for scope in scopes], axis=-1)
        return stacked.reshape(*stacked.shape[:-1], *sizes)

    def _gradient_entries(self, tensor, entry_value) -> np.ndarray:
        """An array like ``tensor``; the two mirror images of a symmetric one are one number."""
        names = tensor.entries(self.point.size)
        out = np.zeros([self.point.size(axis) for axis in tensor.axes])
        for index, symbol in names.items():
            if not (tensor.symmetric and len(set(index)) == 1):
                out[tuple(k - 1 for k in index)] = entry_value(symbol)
        return out

    def _along(self, e, tensor) -> np.ndarray:
        moved = [s for p in self.item.along for s in p.entries(self.point.size).values()]
        still = {direction(s): 0.0 for s in moved}

        def entry_value(symbol):
            return values(e, self.point.override({**still, direction(symbol): 1.0}))

        return self._gradient_entries(tensor, entry_value)

    def _slope(self, e, point, tensor) -> np.ndarray:
        """Derivative of the sum of all outputs by a complex step."""

        def entry_value(symbol):
            return self._outputs(Diff(e, symbol), point).sum()

        return self._gradient_entries(tensor, entry_value)

    def _gradient_distances(self, out, point):
        import torch

        if self.item.gradients:
            parameters = [self.parameters[p] for p in self.item.gradients]
            slopes = torch.autograd.grad(out.sum(), parameters)
            for p, slope in zip(self.item.gradients, slopes, strict=True):
                yield _distance(slope, self._slope(self.expected[0], point, p))

    def difference(self) -> float:
        """The largest distance between code and derivation at this point."""
        units = [a for a in self.item.arguments if isinstance(a, Unit)]
        spans = [range(1, self.point.size(u.axis) + 1) for u in units]
        worst = 0.0
        for index in itertools.product(*spans):
            chosen = dict(zip((u.what for u in units), index, strict=True))
            outputs, point = self._call(chosen), self.point.at(chosen)
            if self.item.along:
                wanted = [self._along(self.expected[0], p) for p in self.item.along]
            else:
                wanted = [self._values(e, point) for e in self.expected]
            for out, want in zip(outputs, wanted, strict=True):
                worst = max(worst, _distance(out, want))
            worst = max([worst, *self._gradient_distances(outputs[0], point)])
        return worst


def _distance(out, want: np.ndarray) -> float:
    got = out.detach().numpy() if hasattr(out, "detach") else np.asarray(out)
    if got.shape != want.shape:
        raise ValueError(f"shape {got.shape}, but {want.shape} is derived")
    return float(np.abs(got - want).max() / (1 + np.abs(want).max()))
