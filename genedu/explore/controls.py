"""What a reader moves. Each control is one argument of the function, at its first value.

Here are the two for numbers; `choices` has those for names, `pictures` those for pictures.
"""

import math
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, ClassVar

from ..errors import InputError, require_choice, require_int, require_number
from .options import Limits, check_options

if TYPE_CHECKING:
    import torch
    from torch import Tensor

__all__ = ["Control", "Pad", "Slider", "share"]


class Control:
    """Base of the controls: a first value, values to compare page and Python at, a spec."""

    kind: ClassVar[str]
    label: str

    def __post_init__(self):
        check_options(self)

    def example(self) -> "Tensor | None":
        """The argument at first; None for a control that gives no argument."""
        raise NotImplementedError("a control says its first value")  # abstract

    def extremes(self) -> "list[Tensor]":
        """The ends of its range."""
        raise NotImplementedError("a control says its extremes")  # abstract

    def random(self, generator: "torch.Generator") -> "Tensor":
        """Some value in its range."""
        raise NotImplementedError("a control says how to choose a value")  # abstract

    def fields(self) -> dict:
        """What the page has to know besides kind, label, type and shape."""
        return {}

    def spec(self, name: str) -> dict:
        """What the page has to know; the label is the argument's name if none was given."""
        spec = {"kind": self.kind, "label": self.label or name.replace("_", " "), **self.fields()}
        value = self.example()
        if value is not None:
            spec |= {"dtype": str(value.dtype).removeprefix("torch."), "shape": [*value.shape]}
        return spec


@dataclass(frozen=True)
class Slider(Control):
    """A number from ``min`` to ``max``: a float32 tensor of shape (), int64 if ``integer``.

    It starts at ``value``, whatever the ``step``, and reaches both ends. ``step`` is about a 200th
    of the range if it is left out; ``scale="log"`` moves by factors, for ``min > 0``. Raises
    InputError for ``min >= max`` and for a value outside.

    >>> Slider(-3, 3, 0, label="mean", unit="cm").example()
    tensor(0.)
    >>> Slider(3, -3, 0)
    Traceback (most recent call last):
    genedu.errors.InputError: `min` is 3 and `max` is -3, but min < max is accepted; write the \
smaller number first: Slider(-3, 3, …).
    """

    min: float
    max: float
    value: float
    _: KW_ONLY
    step: float | None = None
    label: str = ""
    unit: str = ""
    scale: str = "linear"
    integer: bool = False
    kind: ClassVar[str] = "slider"

    def __post_init__(self):
        super().__post_init__()
        low, high = self.min, self.max
        if low >= high:
            raise InputError(
                f"`min` is {self.min} and `max` is {self.max}, but min < max is accepted; write "
                f"the smaller number first: Slider({min(low, high):g}, {max(low, high):g}, …)."
            )
        require_number("value", self.value, minimum=low, maximum=high)
        require_choice("scale", self.scale, ("linear", "log"))
        if self.scale == "log" and low <= 0:
            raise InputError(
                f"`min` is {self.min}, but a number > 0 is accepted with scale='log'."
            )
        if self.step is not None:
            require_number("step", self.step, above=0, maximum=high - low)
            if self.scale == "log":
                raise InputError(
                    f"`step` is {self.step}, but none is accepted with scale='log', which moves "
                    "by factors."
                )
        if self.integer:
            for name in ("min", "max", "value", *(["step"] if self.step else [])):
                require_int(name, getattr(self, name), minimum=-(2**53), maximum=2**53)

    def fields(self) -> dict:
        names = ("min", "max", "value", "unit", "scale")
        fields = {name: getattr(self, name) for name in names}
        if self.scale == "linear":
            fields["step"] = self.step or (1 if self.integer else _round(self.max - self.min))
        return fields

    def example(self) -> "Tensor":
        return self._tensor(self.value)

    def extremes(self) -> "list[Tensor]":
        return [self._tensor(self.min), self._tensor(self.max)]

    def random(self, generator: "torch.Generator") -> "Tensor":
        part = share(generator)
        if self.scale == "log":
            return self._tensor(self.min * (self.max / self.min) ** part)
        return self._tensor(self.min + (self.max - self.min) * part)

    def _tensor(self, value: float) -> "Tensor":
        import torch

        return torch.tensor(round(value) if self.integer else float(value))


@dataclass(frozen=True)
class Pad(Control):
    """A point in a rectangle: a float32 tensor ``(2,)``. ``axes`` names its coordinates.

    Behind it lies the first view of two axes whose ``xlim`` and ``ylim`` are ``x`` and ``y``.

    >>> Pad((-3, 3), (0.5, 2), (0, 1), axes=("mean", "std")).example()
    tensor([0., 1.])
    """

    x: Limits
    y: Limits
    value: tuple[float, float]
    _: KW_ONLY
    label: str = ""
    axes: tuple[str, str] = ("x", "y")
    kind: ClassVar[str] = "pad"

    def __post_init__(self):
        super().__post_init__()
        for name, value in zip("xy", self.value, strict=True):
            low, high = getattr(self, name)
            require_number(f"value of {name}", value, minimum=low, maximum=high)

    def fields(self) -> dict:
        return {name: list(getattr(self, name)) for name in ("x", "y", "value", "axes")}

    def example(self) -> "Tensor":
        return self._tensor(*self.value)

    def extremes(self) -> "list[Tensor]":
        return [self._tensor(x, y) for x in self.x for y in self.y]

    def random(self, generator: "torch.Generator") -> "Tensor":
        return self._tensor(
            *(low + (high - low) * share(generator) for low, high in (self.x, self.y))
        )

    @staticmethod
    def _tensor(x: float, y: float) -> "Tensor":
        import torch

        return torch.tensor([float(x), float(y)])


def _round(width: float) -> float:
    """A step of 1, 2 or 5 times a power of ten, at most a 200th of ``width``.

    >>> _round(6), _round(1)
    (0.02, 0.005)
    """
    most = width / 200
    power = math.floor(math.log10(most))
    digit = max(digit for digit in (1, 2, 5) if digit * 10.0**power <= most * 1.0001)
    return float(f"{digit}e{power}")


def share(generator: "torch.Generator") -> float:
    """Return a random number in [0, 1)."""
    import torch

    return torch.rand((), generator=generator).item()
