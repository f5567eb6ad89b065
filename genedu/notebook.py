"""The setup of a chapter: which device computes, and how long its experiments may take.

The first code cell of every chapter (written by ``tools/setup_cell.py``) ends with

    device, budget = setup()
"""

import os
import sys
from importlib import import_module

from . import __version__
from .errors import InputError, require_choice

__all__ = ["BUDGETS", "setup"]

BUDGETS = ("quick", "full")


def setup() -> tuple[str, str]:
    """Return the device and the budget of this notebook, and print them in one line.

    The device is ``"cuda"`` where torch finds an NVIDIA GPU and ``"cpu"`` elsewhere. The budget is
    ``"quick"`` on a CPU and ``"full"`` on a GPU; the environment variable ``GENEDU_BUDGET``
    overrides it, and any other value there raises InputError. In Colab, third-party widgets are
    switched on; nothing else is changed.

    >>> import os
    >>> os.environ["GENEDU_BUDGET"] = "quick"
    >>> device, budget = setup()  # doctest: +ELLIPSIS
    genedu ... · device ... · budget quick
    >>> del os.environ["GENEDU_BUDGET"]
    """
    import torch

    # Apple's MPS lacks float64, which the derivations' checks and AIS rely on: the CPU serves.
    device = "cuda" if torch.cuda.is_available() else "cpu"
    budget = os.environ.get("GENEDU_BUDGET") or ("full" if device == "cuda" else "quick")
    try:
        require_choice("GENEDU_BUDGET", budget, BUDGETS)
    except InputError as error:
        raise InputError(f"The environment variable {error}") from None
    if "google.colab" in sys.modules:
        import_module("google.colab.output").enable_custom_widget_manager()
    print(f"genedu {__version__} · device {device} · budget {budget}")
    return device, budget
