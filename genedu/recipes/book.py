"""The book's recipes, by name: a new family is a file with its ``RECIPES`` and a word here."""

from ..errors import InputError, require_choice
from . import energy_based, latent
from .recipe import Recipe

__all__ = ["get", "names", "resolve"]

FAMILIES = (energy_based, latent)


def _recipes() -> dict[str, Recipe]:
    return {recipe.name: recipe for family in FAMILIES for recipe in family.RECIPES}


def names() -> list[str]:
    """Return the names of all recipes.

    >>> names()[:2]
    ['rbm-mnist-20', 'rbm-mnist-256']
    """
    return list(_recipes())


def get(name: str) -> Recipe:
    """Return the recipe called ``name``; InputError with the nearest names if there is none.

    >>> get("grbm-moons").quick.steps
    1000
    """
    return _recipes()[require_choice("name", name, _recipes())]


def resolve(recipe: str | Recipe) -> Recipe:
    """Return a recipe given as itself or by its name, or raise InputError."""
    if isinstance(recipe, Recipe):
        return recipe
    if not isinstance(recipe, str):
        raise InputError(
            f"`recipe` is {type(recipe).__name__}, but the name of a recipe, or a Recipe, is "
            "accepted."
        )
    return get(recipe)
