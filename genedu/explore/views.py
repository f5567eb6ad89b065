"""What a reader sees: each view names outputs of the function, or its state, and their shapes."""

import string
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from ..errors import InputError
from .view import Limits, OnAxes, View, series

__all__ = ["Bars", "Field", "Heat", "Images", "Lines", "Paths", "Scatter", "Text"]


@dataclass(frozen=True)
class Lines(OnAxes):
    """Curves ``y`` ``(n,)`` over ``x`` ``(n,)``; ``level`` is a number or a scalar's name.

    >>> Lines("x", ["p", "q"], xlabel="x").spec()["y"]
    ['p', 'q']
    """

    x: str
    y: str | Sequence[str]
    _: KW_ONLY
    labels: Sequence[str] = ()
    level: float | str | None = None
    kind: ClassVar[str] = "lines"

    def __post_init__(self):
        super().__post_init__()
        series(self, "y")

    def needs(self):
        level = [("level", self.level, ((),))] if isinstance(self.level, str) else []
        curves = [("y", name, (("n",),)) for name in self.y]
        return [("x", self.x, (("n",),)), *curves, *level]


@dataclass(frozen=True)
class Bars(View):
    """Bars ``y`` ``(n,)``, one series or several beside each other, over named ``ticks``."""

    y: str | Sequence[str]
    _: KW_ONLY
    labels: Sequence[str] = ()
    ticks: Sequence[str] = ()
    xlabel: str = ""
    ylabel: str = ""
    ylim: Limits | None = None
    kind: ClassVar[str] = "bars"

    def __post_init__(self):
        super().__post_init__()
        series(self, "y")
        object.__setattr__(self, "ticks", tuple(map(str, self.ticks)))

    def needs(self):
        count = len(self.ticks) or "n"
        return [("y", name, ((count,),)) for name in self.y]


@dataclass(frozen=True)
class Scatter(OnAxes):
    """Points ``(n, 2)``, one cloud or several."""

    points: str | Sequence[str]
    _: KW_ONLY
    labels: Sequence[str] = ()
    kind: ClassVar[str] = "scatter"

    def __post_init__(self):
        super().__post_init__()
        series(self, "points")

    def needs(self):
        return [("points", name, ((f"n of {name}", 2),)) for name in self.points]


@dataclass(frozen=True)
class Heat(OnAxes):
    """A surface ``z`` ``(rows, columns)`` over a rectangle, from its first node to its last.

    ``contours`` are levels, or how many; ``points`` ``(n, 2)`` or ``(2,)`` lie on top.
    """

    z: str
    _: KW_ONLY
    xlim: Limits
    ylim: Limits
    contours: Sequence[float] | int = ()
    limits: Limits | None = None
    points: str | Sequence[str] = ()
    labels: Sequence[str] = ()
    kind: ClassVar[str] = "heat"

    def __post_init__(self):
        super().__post_init__()
        series(self, "points")
        if not isinstance(self.contours, int):
            object.__setattr__(self, "contours", tuple(map(float, self.contours)))

    def needs(self):
        return [("z", self.z, (("rows", "columns"),)), *_on_top(self.points)]


@dataclass(frozen=True)
class Images(View):
    """Pictures ``(h, w)`` or ``(…, h, w)`` in ``limits``, black is low, in ``columns``."""

    images: str
    _: KW_ONLY
    columns: int | None = None
    labels: Sequence[str] = ()
    limits: Limits = (0, 1)
    kind: ClassVar[str] = "images"

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "labels", tuple(map(str, self.labels)))

    def needs(self):
        return [("images", self.images, ((..., "h", "w"),))]


@dataclass(frozen=True)
class Field(OnAxes):
    """Arrows ``(n, 2)`` at places ``(n, 2)``; ``points`` ``(m, 2)`` lie on top.

    ``scale`` is how long an arrow of length 1 is drawn, in units of the axes.
    """

    at: str
    arrows: str
    _: KW_ONLY
    points: str | Sequence[str] = ()
    labels: Sequence[str] = ()
    scale: float | None = None
    kind: ClassVar[str] = "field"

    def __post_init__(self):
        super().__post_init__()
        series(self, "points")

    def needs(self):
        arrows = [("at", self.at, (("n", 2),)), ("arrows", self.arrows, (("n", 2),))]
        return [*arrows, *_on_top(self.points)]


@dataclass(frozen=True)
class Paths(OnAxes):
    """Trajectories ``(n, t, 2)``: n paths of t points."""

    paths: str
    kind: ClassVar[str] = "paths"

    def needs(self):
        return [("paths", self.paths, (("n", "t", 2),))]


@dataclass(frozen=True)
class Text(View):
    """A sentence with numbers, ``"KL = {kl:.3f} nats"``; ``{step}`` counts the steps taken.

    >>> Text("KL = {kl:.3f} nats").words({"kl": 0.5})
    'KL = 0.500 nats'
    """

    template: str
    kind: ClassVar[str] = "text"
    FORMATS: ClassVar[str] = "d, .3f, .2e, .3g, .1%"

    def __post_init__(self):
        super().__post_init__()
        for name, form in self._holes():
            kind = form[-1:]
            digits = form[:-1].removeprefix(".")
            known = form in ("", "d") or (form[0] == "." and digits.isdigit() and kind in "feg%")
            if not name or not known:
                raise InputError(
                    f"`template` has {{{name}:{form}}}, but a name with one of the formats "
                    f"{self.FORMATS} is accepted; write {{{{ for a brace."
                )

    def _holes(self) -> list[tuple[str, str]]:
        parsed = string.Formatter().parse(self.template)
        return [(name, form or "") for _, name, form, _ in parsed if name is not None]

    def needs(self):
        return [("template", name, ((),)) for name, _ in self._holes() if name != "step"]

    def words(self, numbers: Mapping[str, float]) -> str:
        """The sentence for these numbers, before the first step."""
        return self.template.format(**{"step": 0, **numbers})


def _on_top(points: Sequence[str]) -> list[tuple]:
    """Clouds ``(n, 2)``, each with an n of its own, or single points ``(2,)``."""
    return [("points", name, ((f"n of {name}", 2), (2,))) for name in points]
