"""What a recipe is: frozen descriptions of data, model and budget, and a text that says it all.

That text decides whether a trained model still belongs to its recipe. It is made from the names
and arguments that the recipe gives, so moving a class or adding an option with a default changes
nothing, and changing a number does.
"""

import dataclasses
import functools
import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

from ..data import Dataset, load
from ..errors import InputError, require_choice, require_int, require_number
from ..files import sha256
from ..models import GenerativeModel

__all__ = [
    "BUDGETS",
    "DIGITS",
    "SCHEDULES",
    "Budget",
    "Data",
    "Metric",
    "Recipe",
    "build",
    "describe",
    "difference",
]

BUDGETS = ("quick", "full")

# The part of the learning rate that is left, as a function of the part of the run that is done.
SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda done: 1.0,
    "linear": lambda done: min(1.0, 2 * (1 - done)),  # falls to 0 in the second half
    "cosine": lambda done: (1 + math.cos(math.pi * done)) / 2,  # falls to 0 all the way
}


class Metric(NamedTuple):
    """A measured number."""

    value: float
    unit: str = ""
    error: float = 0.0  # its standard error, where it is an estimate

    def __str__(self) -> str:
        spread = f" ± {self.error:.2g}" if self.error else ""
        return f"{self.value:.4g}{spread} {self.unit}".strip()


@dataclass(frozen=True)
class Data:
    """Which examples a recipe sees, and in which form.

    The sizes are always given: what is on a machine (the bundled subset or the full set) must
    not decide what a recipe learns from.
    """

    name: str  # see `genedu.data.load`
    train: int  # the first so many examples to learn from
    test: int  # and to measure on
    binary: bool = False  # threshold grey pixels at one half
    flat: bool = False  # (N, D) instead of (N, 1, side, side)

    def load(self, split: str = "train") -> Dataset:
        """Return the examples of ``split``, ``"train"`` or ``"test"``.

        >>> Data("moons", train=500, test=200).load("test")
        Dataset(moons, test: x (200, 2), y (200,); generated, seed 1)
        """
        size = self.test if split == "test" else self.train
        dataset = load(self.name, split=split, size=size)
        dataset = dataset.binarized() if self.binary else dataset
        return dataset.flattened() if self.flat else dataset


DIGITS = Data("mnist", train=10_000, test=1000, binary=True, flat=True)
"""What one family after the other learns from, so that their numbers can be compared."""


@dataclass(frozen=True)
class Budget:
    """How long and how fast a model learns: the arguments of `genedu.training.fit`."""

    steps: int
    batch_size: int = 128
    lr: float = 1e-3
    schedule: str = "constant"  # a key of SCHEDULES
    optimizer: str = "adam"
    precision: str = "no"

    def __post_init__(self):
        require_int("steps", self.steps)
        require_int("batch_size", self.batch_size)
        require_number("lr", self.lr, above=0)
        require_choice("schedule", self.schedule, SCHEDULES)

    def rate(self, step: int) -> float:
        """Return the learning rate of ``step``, counted from 0.

        >>> [Budget(4, lr=0.1, schedule="linear").rate(step) for step in range(4)]
        [0.1, 0.1, 0.1, 0.05]
        """
        return self.lr * SCHEDULES[self.schedule](min(1.0, step / self.steps))


@dataclass(frozen=True)
class Recipe:
    """One experiment that has a name: data, model, budgets, and what is measured at the end.

    ``model`` is a `functools.partial` of a class or a named function; partials among its
    arguments are built first, which is how a model gets its networks. ``start`` sets parameters
    from the training data before the first step. ``metrics`` gets the model and the `Data`;
    where it draws random numbers, it makes its own generator with a fixed seed.
    """

    name: str
    summary: str
    data: Data
    model: functools.partial
    quick: Budget  # runs inside a chapter
    full: Budget  # makes what ships
    metrics: Callable[[GenerativeModel, Data], Mapping[str, Metric]]
    start: Callable[[GenerativeModel, Dataset], None] | None = None
    chapter: str = ""  # the notebook that explains the model, without folder and ending
    use: str = ""  # one sentence: what the trained model is for
    limits: str = ""  # one sentence: what it is not good for

    def budget(self, name: str) -> Budget:
        """Return the budget called ``name``, ``"quick"`` or ``"full"``."""
        return getattr(self, require_choice("budget", name, BUDGETS))

    def build(self, seed: int = 0) -> GenerativeModel:
        """Return the untrained model; its parameters are drawn with ``seed``."""
        with torch.random.fork_rng():  # initial parameters come from torch's own generator
            torch.manual_seed(require_int("seed", seed, minimum=0))
            return build(self.model)

    def description(self, budget: str) -> str:
        """Return all that defines the numbers, a line each: data, model, start and budget."""
        parts = {
            "data": self.data,
            "model": self.model,
            "start": self.start,
            "budget": self.budget(budget),
        }
        return "\n".join(f"{key}: {describe(value)}" for key, value in parts.items())

    def hash(self, budget: str) -> str:
        """Return 16 hexadecimal digits that change when the `description` does."""
        return sha256(self.description(budget).encode())[:16]


def build(model: functools.partial) -> Any:
    """Call a partial, after the partials among its arguments.

    >>> from functools import partial
    >>> build(partial(dict, lengths=partial(list, (1, 2))))
    {'lengths': [1, 2]}
    """
    args = [build(each) if isinstance(each, functools.partial) else each for each in model.args]
    keywords = {
        name: build(each) if isinstance(each, functools.partial) else each
        for name, each in model.keywords.items()
    }
    return model.func(*args, **keywords)


def describe(value: Any) -> str:
    """Return a text that is the same wherever the same recipe is read, or raise InputError.

    >>> from functools import partial
    >>> from genedu.models import RBM
    >>> describe(partial(RBM, 784, num_hidden=20))
    'RBM(num_visible=784, num_hidden=20)'
    >>> describe(Budget(1000, lr=0.05))
    'Budget(steps=1000, lr=0.05)'
    """
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(describe, value))}]"
    if isinstance(value, dict):
        return _call("dict", {str(key): value[key] for key in sorted(value, key=str)})
    if isinstance(value, functools.partial):
        bound = inspect.signature(value.func).bind(*value.args, **value.keywords)
        return _call(describe(value.func), bound.arguments)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        defaults = {field.name: field.default for field in dataclasses.fields(value)}
        return _call(
            type(value).__name__,
            {name: each for name, each in fields.items() if each != defaults[name]},
        )
    name = getattr(value, "__qualname__", "<")
    if "<" in name:  # <lambda>, <locals>: nothing that another session would find again
        raise InputError(
            f"a recipe holds {value!r}, which has no stable name; numbers, text, tuples, dicts, "
            "frozen dataclasses, classes, functions of a module and functools.partial are "
            "accepted."
        )
    return name


def difference(then: str, now: str) -> str:
    """Say in which line two descriptions of a recipe differ first.

    >>> difference("data: A\\nmodel: B", "data: A\\nmodel: C")
    'model: B then, C now'
    """
    pairs = zip(then.splitlines(), now.splitlines(), strict=False)
    old, new = next((pair for pair in pairs if pair[0] != pair[1]), (then, now))
    return f"{old} then, {new.split(': ', 1)[-1]} now"


def _call(name: str, arguments: Mapping[str, Any]) -> str:
    return f"{name}({', '.join(f'{key}={describe(each)}' for key, each in arguments.items())})"
