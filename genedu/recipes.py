"""Named experiments: data, model and budget, so that a result has a name that anyone can run.

A recipe is a frozen description; `train` builds it, runs `genedu.training.fit` and returns the
model. ``quick`` budgets run inside a chapter, ``full`` ones are for a longer evening.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from .data import load
from .errors import require_choice, require_int
from .models import RBM, GaussianGaussianRBM, GenerativeModel
from .training import History, fit

__all__ = ["BUDGETS", "Data", "Recipe", "get", "names", "train"]

BUDGETS = ("quick", "full")


@dataclass(frozen=True)
class Data:
    """Which examples a recipe sees, and in which form."""

    name: str
    size: int | None = None  # None: all that the source has
    binary: bool = False  # threshold grey pixels at one half
    flat: bool = False  # (N, D) instead of (N, 1, side, side)

    def load(self, split: str = "train"):
        """Return the `genedu.data.Dataset` of ``split``."""
        dataset = load(self.name, split=split, size=self.size if split == "train" else None)
        dataset = dataset.binarized() if self.binary else dataset
        return dataset.flattened() if self.flat else dataset


@dataclass(frozen=True)
class Recipe:
    """One experiment: what it shows, its data, its model and its budgets."""

    name: str
    summary: str
    data: Data
    model: Callable[[], GenerativeModel]
    steps: Mapping[str, int]  # by budget
    options: Mapping[str, Any]  # further arguments of `fit`


def _recipes() -> dict[str, Recipe]:
    digits = Data("mnist", binary=True, flat=True)
    recipes = (
        Recipe(
            "rbm-mnist-20",
            "RBM with 20 hidden units by PCD-1: small enough for its exact likelihood",
            digits,
            lambda: RBM(784, 20, method="pcd"),
            {"quick": 1000, "full": 20_000},
            {"lr": 0.05, "batch_size": 100, "optimizer": "sgd"},
        ),
        Recipe(
            "rbm-mnist-256",
            "RBM with 256 hidden units by PCD-1: sharp filters, likelihood by annealing",
            digits,
            lambda: RBM(784, 256, method="pcd"),
            {"quick": 1000, "full": 30_000},
            {"lr": 0.05, "batch_size": 100, "optimizer": "sgd"},
        ),
        Recipe(
            "grbm-moons",
            "Gaussian-Gaussian RBM with 1 hidden unit by CD-1: finds the first principal axis",
            Data("moons"),
            lambda: GaussianGaussianRBM(2, 1, visible_std=0.5),
            {"quick": 1000, "full": 10_000},
            {"lr": 0.01, "batch_size": 100, "optimizer": "sgd"},
        ),
    )
    return {recipe.name: recipe for recipe in recipes}


def names() -> list[str]:
    """Return the names of all recipes.

    >>> names()
    ['rbm-mnist-20', 'rbm-mnist-256', 'grbm-moons']
    """
    return list(_recipes())


def get(name: str) -> Recipe:
    """Return the recipe called ``name``; InputError with the nearest names if there is none.

    >>> get("grbm-moons").steps["quick"]
    1000
    """
    return _recipes()[require_choice("name", name, _recipes())]


def train(
    name: str, *, budget: str = "quick", seed: int = 0, steps: int | None = None, **options
) -> tuple[GenerativeModel, History]:
    """Train recipe ``name`` and return its model and history.

    ``budget`` is ``"quick"`` or ``"full"``, ``steps`` overrides its number of steps; ``options``
    go to `genedu.training.fit` (device, checkpoint_dir, progress, callbacks).

    >>> model, history = train("grbm-moons", steps=2, progress=False)
    >>> history.steps
    2
    """
    recipe = get(name)
    require_choice("budget", budget, BUDGETS)
    steps = recipe.steps[budget] if steps is None else require_int("steps", steps)
    require_int("seed", seed, minimum=0)
    with torch.random.fork_rng():  # initial parameters come from torch's own generator
        torch.manual_seed(seed)
        model = recipe.model()
    return model, fit(
        model, recipe.data.load(), steps=steps, seed=seed, **{**recipe.options, **options}
    )
