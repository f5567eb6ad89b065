"""Named experiments: data, model and budget, so that a result has a name that anyone can run.

A `Recipe` is a frozen description. `train` builds and trains its model, `load` returns the one
that was trained before and ships with the package:

>>> from genedu import recipes
>>> model, history = recipes.train("grbm-moons", steps=2, progress=False)
>>> model = recipes.load("rbm-mnist-20")
>>> print(recipes.checkpoints()["rbm-mnist-20"].budget)
full

``quick`` budgets run inside a chapter, ``full`` ones make what ships. The recipes of a family are
in one file here; `book` lists the families, `recipe` says what a recipe is, `manifest`
and `storage` how a trained model is kept and checked.
"""

from .book import get, names
from .manifest import Checkpoint, checkpoints
from .recipe import BUDGETS, Budget, Data, Metric, Recipe
from .running import clear, measure, train
from .storage import load, save, ship

__all__ = [
    "BUDGETS",
    "Budget",
    "Checkpoint",
    "Data",
    "Metric",
    "Recipe",
    "checkpoints",
    "clear",
    "get",
    "load",
    "measure",
    "names",
    "save",
    "ship",
    "train",
]
