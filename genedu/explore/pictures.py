"""The two controls that give a picture: one to pick from, and one to draw on."""

import base64
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, ClassVar

from ..errors import InputError, require_int, require_tensor
from .controls import Control
from .options import Words

if TYPE_CHECKING:
    import torch
    from torch import Tensor

__all__ = ["Canvas", "Picker"]


@dataclass(frozen=True, eq=False)
class Picker(Control):
    """One of several pictures ``(n, h, w)`` in [0, 1]: float32 ``(1, h, w)``, in 256 steps.

    >>> import torch
    >>> Picker(torch.zeros(3, 28, 28)).example().shape
    torch.Size([1, 28, 28])
    """

    images: "Tensor"
    value: int = 0
    _: KW_ONLY
    label: str = ""
    labels: Words = ()
    kind: ClassVar[str] = "picker"

    def __post_init__(self):
        super().__post_init__()
        hint = "Use images[:, 0] for pictures (n, 1, h, w)." * (
            getattr(self.images, "ndim", 0) == 4
        )
        require_tensor("images", self.images, ("n", "h", "w"), minimum=0, maximum=1, hint=hint)
        if not self.images.numel():
            shape = tuple(self.images.shape)
            raise InputError(f"`images` has shape {shape}, but a picture or more is accepted.")
        require_int("value", self.value, minimum=0, maximum=len(self.images) - 1)
        if self.labels and len(self.labels) != len(self.images):
            raise InputError(
                f"`labels` has {len(self.labels)} entries for {len(self.images)} images, but one "
                "for each is accepted."
            )

    def _bytes(self) -> "Tensor":
        return (255 * self.images.detach().cpu()).round().byte()

    def fields(self) -> dict:
        pictures = [base64.b64encode(one.numpy().tobytes()).decode() for one in self._bytes()]
        fields = {"images": pictures, "size": [*self.images.shape[1:]], "value": self.value}
        return fields | ({"labels": [*self.labels]} if self.labels else {})

    def example(self) -> "Tensor":
        return self._bytes()[self.value][None] / 255

    def extremes(self) -> "list[Tensor]":
        return [self._bytes()[index][None] / 255 for index in (0, -1)]

    def random(self, generator: "torch.Generator") -> "Tensor":
        import torch

        index = torch.randint(len(self.images), (), generator=generator)
        return self._bytes()[index][None] / 255


@dataclass(frozen=True)
class Canvas(Control):
    """A picture that the reader draws: float32 ``(1, h, w)`` in [0, 1], blank at first.

    >>> Canvas((28, 28)).example().shape
    torch.Size([1, 28, 28])
    """

    size: tuple[int, int] = (28, 28)
    _: KW_ONLY
    label: str = ""
    kind: ClassVar[str] = "canvas"

    def __post_init__(self):
        super().__post_init__()
        if not (isinstance(self.size, tuple | list) and len(self.size) == 2):
            raise InputError(f"`size` is {self.size!r}, but (height, width) is accepted.")
        for length in self.size:
            require_int("size", length, maximum=512)

    def fields(self) -> dict:
        return {"size": [*self.size]}

    def example(self) -> "Tensor":
        import torch

        return torch.zeros(1, *self.size)

    def extremes(self) -> "list[Tensor]":
        return [self.example(), self.example() + 1]

    def random(self, generator: "torch.Generator") -> "Tensor":
        import torch

        return torch.rand(1, *self.size, generator=generator)
