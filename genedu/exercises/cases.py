"""Seeded inputs for questions: a source of tensors in float64, the same at every check."""

import torch
from torch import Tensor

__all__ = ["Draw"]


class Draw:
    """Draws test inputs from one generator with a fixed seed.

    >>> Draw().normal(2, 3).shape
    torch.Size([2, 3])
    """

    def __init__(self, seed: int = 20):
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape: int) -> Tensor:
        """Standard normal numbers."""
        return torch.randn(shape, generator=self.generator, dtype=torch.float64)

    def between(self, low: float, high: float, *shape: int) -> Tensor:
        """Numbers spread evenly over an interval."""
        share = torch.rand(shape, generator=self.generator, dtype=torch.float64)
        return low + (high - low) * share

    def binary(self, *shape: int) -> Tensor:
        """Zeros and ones, at even odds."""
        return (self.between(0, 1, *shape) < 0.5).double()

    def shares(self, num: int) -> Tensor:
        """A distribution over ``num`` outcomes, none of them impossible."""
        weights = self.between(0.1, 1, num)
        return weights / weights.sum()

    def wires(self, num: int) -> Tensor:
        """Weights between ``num`` units: symmetric, with zero diagonal."""
        half = self.normal(num, num).triu(1)
        return half + half.T

    def covariance(self, num: int) -> Tensor:
        """A covariance matrix, well away from singular."""
        root = self.normal(num, num)
        return root @ root.T / num + 0.5 * torch.eye(num, dtype=torch.float64)
