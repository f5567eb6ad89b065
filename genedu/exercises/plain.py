"""Turns whatever a function returned into plain tensors on the CPU, or says why that cannot be."""

import inspect
import math
import types

import numpy as np
import torch
from torch import Tensor

__all__ = ["Unusable", "plain_values"]

MAX_NUMBERS = 1_000_000


class Unusable(Exception):
    """A returned object that cannot be judged; says why."""


def plain_values(returned) -> tuple[tuple[Tensor, ...], bool, bool]:
    """``(tensors on the CPU, whether there were several, whether they came as tensors)``."""
    if isinstance(returned, tuple) or (
        isinstance(returned, list) and any(isinstance(each, Tensor) for each in returned)
    ):
        if len(returned) > 10:
            raise Unusable(f"it returned {len(returned)} things.")
        return tuple(_plain(each) for each in returned), True, _is_tensor(returned)
    return (_plain(returned),), False, _is_tensor((returned,))


def _is_tensor(values) -> bool:
    return all(isinstance(each, Tensor) for each in values)


def _plain(value) -> Tensor:
    if isinstance(value, types.GeneratorType):
        raise Unusable("it returned a generator. Is there a `yield` where `return` is meant?")
    if inspect.iscoroutine(value):
        value.close()
        raise Unusable("it returned a coroutine: `async` is not needed here.")
    if isinstance(value, Tensor):
        if value.is_meta:
            raise Unusable("it returned a tensor on the device 'meta', which has no numbers.")
        if value.numel() > MAX_NUMBERS:
            raise Unusable(f"it returned a tensor of shape {tuple(value.shape)}: too large.")
        dense = value.detach() if value.layout == torch.strided else value.detach().to_dense()
        return dense.as_subclass(Tensor).to("cpu").clone()
    if isinstance(value, (bool, int, float)):
        number = float(value) if not isinstance(value, int) or abs(value) < 2**53 else math.inf
        return torch.tensor(number, dtype=torch.float64)
    if isinstance(value, np.ndarray | np.number | np.bool_ | list | tuple):
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise Unusable(f"it returned a {type(value).__name__} that is not numbers.") from None
        if array.size > MAX_NUMBERS:
            raise Unusable(f"it returned {array.size:,} numbers: too many.")
        return torch.from_numpy(array.copy())
    if callable(value):
        raise Unusable("it returned a function. Are the parentheses of a call missing?")
    raise Unusable(f"it returned {type(value).__name__}, but numbers or a tensor are accepted.")
