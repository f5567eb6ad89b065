"""Randomness as data: a page draws it from the seed that it shows, and Python can repeat it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..errors import InputError, require_int
from .options import MOST

if TYPE_CHECKING:
    import torch
    from torch import Tensor

__all__ = ["Noise", "Normal", "Uniform", "words"]

WORD = 0xFFFFFFFF


def words(seed: int) -> Iterator[int]:
    """Yield the 32-bit words of sfc32 (Doty-Humphrey's PractRand), as `random.ts` does.

    >>> stream = words(1)
    >>> [next(stream) for _ in range(2)] == [next(words(1)), next(stream)]
    False
    """
    a, b, c, counter = 0, seed & WORD, 0, 1
    skip = 12
    while True:
        word = (a + b + counter) & WORD
        counter = (counter + 1) & WORD
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & WORD
        c = (((c << 21) | (c >> 11)) + word) & WORD
        if skip:
            skip -= 1
        else:
            yield word


@dataclass(frozen=True)
class Noise:
    """What the two kinds share: a shape, and a stream of words that fills it."""

    shape: tuple[int, ...]
    distribution: ClassVar[str]

    def __post_init__(self):
        shape = (self.shape,) if isinstance(self.shape, int) else self.shape
        if not isinstance(shape, tuple | list):
            raise InputError(
                f"`shape` is {self.shape!r}, but a tuple of sizes such as (500, 2) is accepted."
            )
        sizes = tuple(require_int("size in shape", size) for size in shape)
        if math.prod(sizes) > MOST:
            raise InputError(f"`shape` is {sizes}, but at most {MOST:,} numbers are accepted.")
        object.__setattr__(self, "shape", sizes)

    def draw(self, stream: Iterator[int]) -> "Tensor":
        """Return the next noise of this shape, float32."""
        import torch

        return torch.tensor(self.numbers(stream, math.prod(self.shape))).reshape(self.shape)

    def numbers(self, stream: Iterator[int], count: int) -> list[float]:
        """The next ``count`` numbers, in the order of memory."""
        raise NotImplementedError("a kind of noise says how it is drawn")  # abstract

    def random(self, generator: "torch.Generator") -> "Tensor":
        """Noise of the same kind from torch, which is faster: for comparisons."""
        raise NotImplementedError("a kind of noise says how it is drawn")  # abstract

    def spec(self) -> dict:
        """What the page has to know."""
        shape = list(self.shape)
        return {"distribution": self.distribution, "shape": shape, "dtype": "float32"}


class Uniform(Noise):
    """Uniform numbers in [0, 1), exact in float32.

    >>> Uniform((2, 3)).draw(words(0)).shape
    torch.Size([2, 3])
    """

    distribution = "uniform"

    def numbers(self, stream: Iterator[int], count: int) -> list[float]:
        return [(next(stream) >> 8) / 2**24 for _ in range(count)]

    def random(self, generator: "torch.Generator") -> "Tensor":
        import torch

        return torch.rand(self.shape, generator=generator)


class Normal(Noise):
    """Standard normal numbers, in pairs (Box and Muller 1958).

    >>> abs(Normal((10_000,)).draw(words(0)).std().item() - 1) < 0.03
    True
    """

    distribution = "normal"

    def numbers(self, stream: Iterator[int], count: int) -> list[float]:
        values = []
        while len(values) < count:
            radius = math.sqrt(-2 * math.log((next(stream) + 1) / 2**32))
            angle = 2 * math.pi * next(stream) / 2**32
            values += [radius * math.cos(angle), radius * math.sin(angle)]
        return values[:count]

    def random(self, generator: "torch.Generator") -> "Tensor":
        import torch

        return torch.randn(self.shape, generator=generator)
