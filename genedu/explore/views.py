"""What a reader sees: each view names outputs of the function, or its state, and their shapes."""

import math
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar

from ..errors import InputError, require_number
from .options import Limits, Names, Words
from .view import OnAxes, View, series

__all__ = ["Bars", "Field", "Heat", "Images", "Lines", "Paths", "Scatter", "Text"]

NAME = re.compile(r"[^.[!]+")
FORMAT = re.compile(r"d?|\.1?\d[efg%]")


@dataclass(frozen=True)
class Lines(OnAxes):
    """Curves ``y`` ``(n,)`` over ``x`` ``(n,)``; ``level`` is a number or a scalar's name.

    >>> Lines("x", ["p", "q"], xlabel="x").spec()["y"]
    ['p', 'q']
    """

    x: str
    y: Names
    _: KW_ONLY
    labels: Words = ()
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

    y: Names
    _: KW_ONLY
    labels: Words = ()
    ticks: Words = ()
    xlabel: str = ""
    ylabel: str = ""
    ylim: Limits | None = None
    kind: ClassVar[str] = "bars"

    def __post_init__(self):
        super().__post_init__()
        series(self, "y")

    def needs(self):
        count = len(self.ticks) or "n"
        return [("y", name, ((count,),)) for name in self.y]


@dataclass(frozen=True)
class Scatter(OnAxes):
    """Points ``(n, 2)``, one cloud or several."""

    points: Names
    _: KW_ONLY
    labels: Words = ()
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
    xlim: Limits = field()
    ylim: Limits = field()
    contours: Sequence[float] | int = ()
    limits: Limits | None = None
    points: Names = ()
    labels: Words = ()
    kind: ClassVar[str] = "heat"

    def __post_init__(self):
        super().__post_init__()
        series(self, "points")

    def needs(self):
        return [("z", self.z, (("rows", "columns"),)), *_on_top(self.points)]


@dataclass(frozen=True)
class Images(View):
    """Pictures ``(h, w)`` or ``(…, h, w)`` in ``limits``, black is low, in ``columns``."""

    images: str
    _: KW_ONLY
    columns: int | None = None
    labels: Words = ()
    limits: Limits = (0, 1)
    kind: ClassVar[str] = "images"

    def needs(self):
        return [("images", self.images, ((..., "h", "w"),))]

    def check(self, shapes):
        super().check(shapes)
        count = math.prod(shapes[self.images][:-2])
        if self.labels and len(self.labels) != count:
            raise InputError(
                f"`labels` has {len(self.labels)} entries for {count} images, but one for each is "
                "accepted."
            )


@dataclass(frozen=True)
class Field(OnAxes):
    """Arrows ``(n, 2)`` at places ``(n, 2)``; ``points`` ``(m, 2)`` lie on top.

    ``scale`` is how long an arrow of length 1 is drawn, in units of the axes.
    """

    at: str
    arrows: str
    _: KW_ONLY
    points: Names = ()
    labels: Words = ()
    scale: float | None = None
    kind: ClassVar[str] = "field"

    def __post_init__(self):
        super().__post_init__()
        series(self, "points")
        if self.scale is not None:
            require_number("scale", self.scale, above=0)

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

    >>> Text("log p = {p:.3f} nats").words({"p": -0.5})
    'log p = −0.500 nats'
    """

    template: str
    kind: ClassVar[str] = "text"
    FORMATS: ClassVar[str] = "d, .3f, .2e, .3g, .1%"

    def __post_init__(self):
        super().__post_init__()
        for name, form in self._holes():
            if not (NAME.fullmatch(name) and FORMAT.fullmatch(form)):
                raise InputError(
                    f"`template` has {{{name}:{form}}}, but a name with one of the formats "
                    f"{self.FORMATS} is accepted; write {{{{ for a brace."
                )

    def _holes(self) -> list[tuple[str, str]]:
        """Names and formats; where it is no template at all, that is all there is to say."""
        try:
            parsed = list(string.Formatter().parse(self.template))
        except ValueError as error:
            raise InputError(
                f"`template` is {self.template!r} ({error}), but text with names in braces such "
                "as {out:.2f} is accepted; write {{ for a brace."
            ) from None
        return [
            (name + f"!{how}" * bool(how), form or "")
            for _, name, form, how in parsed
            if name is not None
        ]

    def needs(self):
        return [("template", name, ((),)) for name, _ in self._holes() if name != "step"]

    def words(self, numbers: Mapping[str, float]) -> str:
        """The sentence for these numbers, before the first step, with real minus signs."""
        return _AsOnThePage().format(self.template, **{"step": 0, **numbers})


class _AsOnThePage(string.Formatter):
    """As `format.ts` writes a number: six digits by default, −0 as 0, NaN in words."""

    def format_field(self, value, form):
        if not math.isfinite(value):
            sign = "minus " if value < 0 else ""
            return "not a number" if math.isnan(value) else f"{sign}infinity"
        if form == "d" and isinstance(value, float):
            raise InputError(
                f"`template` has the format d for {value:g}, but d is for whole numbers; write "
                ".0f, or .long() in `fn`."
            )
        if isinstance(value, float) and not form and abs(value) < 2**53 and value == int(value):
            form = ".0f"
        if isinstance(value, float):
            form = f"z{form or '.6g'}"
        return super().format_field(+value, form).replace("-", "−")


def _on_top(points: Sequence[str]) -> list[tuple]:
    """Clouds ``(n, 2)``, each with an n of its own, or single points ``(2,)``."""
    return [("points", name, ((f"n of {name}", 2), (2,))) for name in points]
