"""Errors are part of the interface: one sentence that names the argument, what was given, what is
accepted and what to do. Every public function checks its input with the ``require_*`` functions
below; the command line prints the sentence and exits 2.

This module imports nothing heavy, so that every layer may use it.
"""

import contextlib
import contextvars
import difflib
import math
import os
from collections.abc import Iterable, Iterator
from numbers import Integral, Real
from pathlib import Path
from typing import Any

__all__ = [
    "CheckpointError",
    "DataError",
    "GeneduError",
    "InputError",
    "StorageError",
    "TrainingError",
    "require_choice",
    "require_folder",
    "require_generator",
    "require_int",
    "require_number",
    "require_tensor",
    "values_known",
]

_VALUES_KNOWN = contextvars.ContextVar("values_known", default=False)


class GeneduError(Exception):
    """Base of every error that genedu raises on purpose."""


class InputError(GeneduError, ValueError):
    """An argument is not what the function accepts."""


class DataError(GeneduError, RuntimeError):
    """A data set cannot be had: no network, a wrong hash, an unknown source."""


class StorageError(GeneduError, OSError):
    """A file cannot be written or read: no permission, no space, a damaged file."""


class CheckpointError(GeneduError, RuntimeError):
    """A checkpoint is damaged or belongs to another run."""


class TrainingError(GeneduError, RuntimeError):
    """Training cannot go on: a loss is no longer a finite number."""


def require_int(name: str, value: Any, *, minimum: int = 1, maximum: int | None = None) -> int:
    """Return ``value`` as an int in ``[minimum, maximum]``, or raise InputError.

    >>> require_int("k", 3)
    3
    >>> require_int("k", 0)
    Traceback (most recent call last):
    genedu.errors.InputError: `k` is 0, but an integer >= 1 is accepted.
    """
    bounds = f">= {minimum}" if maximum is None else f"from {minimum} to {maximum}"
    ok = isinstance(value, Integral) and not isinstance(value, bool)
    if not ok or value < minimum or (maximum is not None and value > maximum):
        raise InputError(f"`{name}` is {value!r}, but an integer {bounds} is accepted.")
    return int(value)


def require_number(
    name: str,
    value: Any,
    *,
    above: float | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
) -> float:
    """Return ``value`` as a finite float within the bounds, or raise InputError.

    >>> require_number("lr", -1, above=0)
    Traceback (most recent call last):
    genedu.errors.InputError: `lr` is -1, but a finite number > 0 is accepted.
    """
    limits = [
        f"{sign} {bound:g}"
        for sign, bound in ((">", above), (">=", minimum), ("<=", maximum))
        if bound is not None
    ]
    ok = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if (
        not ok
        or (above is not None and value <= above)
        or (minimum is not None and value < minimum)
        or (maximum is not None and value > maximum)
    ):
        accepted = " ".join(["a finite number", " and ".join(limits)]).strip()
        raise InputError(f"`{name}` is {value!r}, but {accepted} is accepted.")
    return float(value)


def require_choice(name: str, value: Any, choices: Iterable[str]) -> str:
    """Return ``value`` if it is one of ``choices``, or raise InputError with the nearest names.

    >>> require_choice("name", "mnits", ["mnist", "rings"])
    Traceback (most recent call last):
    genedu.errors.InputError: `name` is 'mnits'; did you mean 'mnist'? Accepted: mnist, rings.
    """
    choices = list(choices)
    if isinstance(value, str) and value in choices:
        return value
    near = difflib.get_close_matches(str(value), choices, n=2, cutoff=0.6)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ", which is unknown."
    raise InputError(f"`{name}` is {value!r}{hint} Accepted: {', '.join(choices)}.")


def require_folder(name: str, value: Any) -> Path:
    """Return ``value`` as a path, or raise InputError; the folder need not be there.

    >>> require_folder("checkpoint_dir", "runs").name
    'runs'
    """
    if not isinstance(value, str | os.PathLike):
        raise InputError(f"`{name}` is {value!r}, but the path of a folder is accepted.")
    return Path(value)


def require_generator(value: Any, device) -> Any:
    """Return ``value`` if it is None or a generator that lives on ``device``, or raise InputError.

    >>> require_generator(3, "cpu")
    Traceback (most recent call last):
    genedu.errors.InputError: `generator` is 3, but a torch.Generator is accepted; use \
torch.Generator('cpu').manual_seed(3).
    """
    import torch

    device = torch.device(device)
    if value is not None and not isinstance(value, torch.Generator):
        seed = value if isinstance(value, int) and not isinstance(value, bool) else 0
        raise InputError(
            f"`generator` is {value!r}, but a torch.Generator is accepted; use "
            f"torch.Generator({device.type!r}).manual_seed({seed})."
        )
    if value is not None and value.device.type != device.type:
        raise InputError(
            f"`generator` lives on {value.device}, but one on {device}, where the model is, is "
            f"accepted; use torch.Generator({device.type!r})."
        )
    return value


@contextlib.contextmanager
def values_known() -> Iterator[None]:
    """Within, `require_tensor` looks at types and shapes only: the caller has seen the values.

    `fit` checks its data once and looks at every loss. To look at all that passes between would
    cost a VAE 5 % of its step on a processor, and on a GPU make it wait a dozen times a step.

    >>> import torch
    >>> with values_known():
    ...     require_tensor("x", torch.tensor([3.0]), maximum=1)
    tensor([3.])
    """
    token = _VALUES_KNOWN.set(True)
    try:
        yield
    finally:
        _VALUES_KNOWN.reset(token)


def require_tensor(
    name: str,
    value: Any,
    shape: tuple[int | str, ...] | None = None,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    binary: bool = False,
    hint: str = "",
):
    """Return ``value`` if it is a finite floating-point tensor of the shape and range, or raise.

    ``shape`` mixes sizes and names of free axes: ``("batch", 784)`` accepts any batch size.
    ``hint`` is a closing sentence that says what to do.

    >>> import torch
    >>> require_tensor("x", torch.zeros(2, 3), ("batch", 4))
    Traceback (most recent call last):
    genedu.errors.InputError: `x` has shape (2, 3), but (batch, 4) is accepted.
    """
    import torch

    def refuse(sentence: str):
        raise InputError(" ".join(filter(None, [f"`{name}` {sentence}", hint])))

    if not isinstance(value, torch.Tensor):
        refuse(f"is {type(value).__name__}, but a torch.Tensor is accepted.")
    if not value.is_floating_point():
        refuse(f"has dtype {value.dtype}, but a floating-point tensor is accepted; use .float().")
    if shape is not None:
        fits = value.ndim == len(shape) and all(
            isinstance(want, str) or want == have
            for want, have in zip(shape, value.shape, strict=True)
        )
        if not fits:
            accepted = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
            refuse(f"has shape {tuple(value.shape)}, but {accepted} is accepted.")
    if value.numel() == 0 or _VALUES_KNOWN.get() or _has_no_values(value):
        return value
    low, high = (bound.item() for bound in torch.aminmax(value.detach()))
    if not (math.isfinite(low) and math.isfinite(high)):  # aminmax propagates NaN
        refuse("contains NaN or infinite values, but finite values are accepted.")
    if (minimum is not None and low < minimum) or (maximum is not None and high > maximum):
        accepted = f"[{-math.inf if minimum is None else minimum:g}, "
        accepted += f"{math.inf if maximum is None else maximum:g}]"
        refuse(f"has values from {low:g} to {high:g}, but values in {accepted} are accepted.")
    if binary and not bool(((value == 0) | (value == 1)).all()):
        refuse("has values other than 0 and 1, but binary values are accepted.")
    return value


def _has_no_values(tensor) -> bool:
    """Whether a graph is in the making, or `torch.func` is at work: then there is none to see."""
    import torch

    return torch.compiler.is_compiling() or torch._C._functorch.is_functorch_wrapped_tensor(tensor)
