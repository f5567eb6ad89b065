"""What all lines of a chain share."""

import itertools
from dataclasses import dataclass, field

from sympy import Integer, Symbol

from .averages import bound_name
from .nodes import Tensor
from .scope import Lowering
from .signs import is_positive

__all__ = ["Setting"]


@dataclass(frozen=True)
class Setting:
    """Sizes of the axes, free indices, domains, spread data, given values."""

    sizes: dict = field(default_factory=dict)
    each: dict = field(default_factory=dict)  # free index -> axis: the line holds for each value
    domains: dict = field(default_factory=dict)  # symbol -> (low, high)
    spread: tuple = ()  # data symbols that are not all equal
    num: Symbol | None = None  # the number of data points
    given: dict = field(default_factory=dict)  # symbol -> its value, in terms of free symbols
    used: set = field(default_factory=set, compare=False)  # axes that a proof gave a size

    def lowerings(self, unfold=()):
        """One `Lowering` for each assignment of the free indices."""
        base = Lowering(self.sizes, unfold=unfold, used=self.used, given=self.given)
        for symbol, value in self.given.items():
            if value.has(Tensor):  # a sum over its entries would capture it
                raise ValueError("a given value is written in plain symbols")
            if symbol.is_positive and not is_positive(base(value), self):
                raise ValueError(f"{symbol} is positive, but its given value is not seen to be")
        spans = [range(1, base.size(axis) + 1) for axis in self.each.values()]
        for values in itertools.product(*spans):
            yield base.at(dict(zip(self.each, map(Integer, values), strict=True)))

    @property
    def spread_names(self) -> frozenset:
        return frozenset(map(bound_name, self.spread))
