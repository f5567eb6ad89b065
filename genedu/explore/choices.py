"""Controls without numbers: one of several, on or off, and a button."""

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, ClassVar

from ..errors import InputError, require_choice, require_int
from .controls import Control, share
from .options import Words

if TYPE_CHECKING:
    import torch
    from torch import Tensor

__all__ = ["Button", "Choice", "Toggle"]


@dataclass(frozen=True)
class Choice(Control):
    """One of several ``options``: its index, int64, or a ``one_hot`` vector, float32.

    >>> Choice(["sine", "cosine"], 1).example()
    tensor(1)
    """

    options: Words
    value: int = 0
    _: KW_ONLY
    label: str = ""
    one_hot: bool = False
    kind: ClassVar[str] = "choice"

    def __post_init__(self):
        super().__post_init__()
        if len({*self.options}) < max(len(self.options), 2):
            raise InputError(
                f"`options` is {self.options!r}, but two names or more, all different, are "
                "accepted."
            )
        require_int("value", self.value, minimum=0, maximum=len(self.options) - 1)

    def fields(self) -> dict:
        return {"options": [*self.options], "value": self.value, "one_hot": self.one_hot}

    def example(self) -> "Tensor":
        return self._tensor(self.value)

    def extremes(self) -> "list[Tensor]":
        return [self._tensor(index) for index in range(len(self.options))]

    def random(self, generator: "torch.Generator") -> "Tensor":
        return self._tensor(int(share(generator) * len(self.options)))

    def _tensor(self, index: int) -> "Tensor":
        import torch

        return torch.eye(len(self.options))[index] if self.one_hot else torch.tensor(index)


@dataclass(frozen=True)
class Toggle(Control):
    """On or off: a bool tensor of shape ().

    >>> Toggle(True, label="show the data").example()
    tensor(True)
    """

    value: bool = False
    _: KW_ONLY
    label: str = ""
    kind: ClassVar[str] = "toggle"

    def fields(self) -> dict:
        return {"value": self.value}

    def example(self) -> "Tensor":
        import torch

        return torch.tensor(self.value)

    def extremes(self) -> "list[Tensor]":
        import torch

        return [torch.tensor(False), torch.tensor(True)]

    def random(self, generator: "torch.Generator") -> "Tensor":
        return self.extremes()[share(generator) < 0.5]


@dataclass(frozen=True)
class Button(Control):
    """A button that draws new noise, or goes back to the first state; no argument.

    >>> Button("noise", label="draw again").spec("again")
    {'kind': 'button', 'label': 'draw again', 'does': 'noise'}
    """

    does: str = "noise"
    _: KW_ONLY
    label: str = ""
    kind: ClassVar[str] = "button"

    def __post_init__(self):
        super().__post_init__()
        require_choice("does", self.does, ("noise", "reset"))

    def fields(self) -> dict:
        return {"does": self.does}

    def example(self) -> None:
        return None
