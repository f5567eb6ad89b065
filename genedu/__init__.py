"""genedu: deep generative models whose mathematics a machine has checked.

Importing the package is cheap: torch and SymPy are loaded when a submodule that needs them is
first touched (``genedu.models``, ``genedu.derivations``, ...).
"""

from importlib import import_module

__version__ = "0.1.0"

_SUBMODULES = (
    "cli",
    "data",
    "derivations",
    "display",
    "divergences",
    "errors",
    "evaluation",
    "exercises",
    "explore",
    "files",
    "models",
    "notebook",
    "plots",
    "recipes",
    "site",
    "training",
)

__all__ = ["__version__", *_SUBMODULES]


def __getattr__(name):
    if name in _SUBMODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'genedu' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
