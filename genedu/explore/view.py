"""What every view does: it names what it shows, checks the shapes, and describes itself."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

from ..errors import InputError
from .options import Limits, check_options

__all__ = ["OnAxes", "View", "series"]

Shape = tuple[int, ...]
Axes = tuple  # sizes, letters for free sizes, ... for any number of axes in front


@dataclass(frozen=True, kw_only=True)
class View:
    """Base of the views: a title, and ``alt``, what the view shows in words without numbers."""

    title: str = ""
    alt: str = ""
    kind: ClassVar[str]

    def needs(self) -> list[tuple[str, str, tuple[Axes, ...]]]:
        """The field, the output and the shapes it may have, for each output that is shown."""
        raise NotImplementedError("a view says what it needs")  # abstract

    def __post_init__(self):
        check_options(self)

    def check(self, shapes: Mapping[str, Shape]) -> None:
        """Raise InputError unless all that is shown is there, in shapes that fit."""
        free: dict[str, int] = {}
        for field, name, accepted in self.needs():
            where = f"`{field}` of {type(self).__name__} is {name!r}"
            if name not in shapes:
                raise InputError(
                    f"{where}, but an output of `fn` or a state is accepted: {', '.join(shapes)}."
                )
            shape = shapes[name]
            if 0 in shape:
                raise InputError(
                    f"{where} with shape {tuple(shape)}, which holds nothing to show."
                )
            if not any(_fits(axes, shape, free) for axes in accepted):
                words = " or ".join(_words(axes, free) for axes in accepted)
                raise InputError(
                    f"{where} with shape {tuple(shape)}, but shape {words} is accepted; reshape "
                    "it in `fn`, or show it in another view."
                )

    def spec(self) -> dict:
        """What the page has to know; what was left out stays out."""
        spec = {"kind": self.kind}
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and value != "" and value != ():
                spec[field.name] = list(value) if isinstance(value, tuple) else value
        return spec


@dataclass(frozen=True, kw_only=True)
class OnAxes(View):
    """What views with two axes share: names of the axes, and their ranges."""

    xlabel: str = ""
    ylabel: str = ""
    xlim: Limits | None = None
    ylim: Limits | None = None


def series(view: View, field: str) -> None:
    """Labels are the names if none were given."""
    names = getattr(view, field)
    labels = view.labels or names
    if len(labels) != len(names):
        raise InputError(
            f"`labels` has {len(labels)} entries for {len(names)} of `{field}`, but one for each "
            "is accepted."
        )
    object.__setattr__(view, "labels", labels)


def _fits(axes: Axes, shape: Shape, free: dict[str, int]) -> bool:
    """Does the shape fit, with the sizes that were fixed before? If so, fix the others."""
    if axes[:1] == (...,):
        axes, shape = axes[1:], shape[-len(axes) + 1 :] if len(shape) >= len(axes) - 1 else ()
    if len(axes) != len(shape):
        return False
    found = dict(free)
    for want, have in zip(axes, shape, strict=True):
        if (found.setdefault(want, have) if isinstance(want, str) else want) != have:
            return False
    free.update(found)
    return True


def _words(axes: Axes, free: Mapping[str, int]) -> str:
    sizes = ["…" if axis is ... else str(free.get(axis, axis)).split(" ")[0] for axis in axes]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
