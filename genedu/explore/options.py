"""What describes a control or a view: every field is checked by its type, in one place."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import MISSING, fields
from numbers import Integral, Real
from typing import Annotated, Any

from ..errors import InputError, require_int, require_number

__all__ = ["MOST", "Limits", "Names", "Words", "check_options", "text"]

MOST = 10_000_000
"""The most numbers that a figure may have in one place: a page has to hold them."""
Limits = Annotated[tuple[float, float], "low < high"]
Names = str | Sequence[str]
"""What is shown: one name or several."""
Words = Sequence[str]
"""What stands beside it."""


def check_options(made: Any) -> None:
    """Bring every field of a control or view into its form, or raise InputError.

    Fields of other types than those of the table below are left to their class.
    """
    for field in fields(made):
        if field.type in CHECKS:
            value = CHECKS[field.type](field.name, getattr(made, field.name))
            if field.type is Names and field.default is MISSING and not value:
                raise InputError(f"`{field.name}` is empty, but one name or more is accepted.")
            object.__setattr__(made, field.name, value)


def text(name: str, value: Any) -> str:
    """Return ``value`` if it is text, or raise InputError.

    >>> text("title", 3)
    Traceback (most recent call last):
    genedu.errors.InputError: `title` is 3, but text is accepted; leave it out for none.
    """
    if not isinstance(value, str):
        raise InputError(f"`{name}` is {value!r}, but text is accepted; leave it out for none.")
    return value


def _truth(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"`{name}` is {value!r}, but True or False is accepted.")
    return value


def _number(name: str, value: Any) -> float:
    """A finite number, whole if it was: as JSON writes it."""
    require_number(name, value)
    return int(value) if isinstance(value, Integral) else float(value)


def _pair(name: str, value: Any) -> tuple:
    if not (isinstance(value, tuple | list) and len(value) == 2):
        raise InputError(f"`{name}` is {value!r}, but a pair is accepted.")
    return tuple(value)


def _limits(name: str, value: Any) -> tuple[float, float]:
    if not (isinstance(value, tuple | list) and len(value) == 2):
        raise InputError(f"`{name}` is {value!r}, but (low, high) is accepted.")
    low, high = (_number(name, end) for end in value)
    if low >= high:
        raise InputError(
            f"`{name}` is {(low, high)}, but (low, high) with low < high is accepted."
        )
    return low, high


def _words(name: str, value: Any) -> tuple[str, ...]:
    """Texts, or numbers that stand for them."""
    odd = isinstance(value, str | Mapping | Set) or not hasattr(value, "__iter__")
    entries = () if odd else tuple(value)
    if odd or not all(isinstance(one, str | Real) for one in entries):
        raise InputError(
            f"`{name}` is {value!r}, but a list of texts such as ['a', 'b'] is accepted."
        )
    return tuple(map(str, entries))


def _contours(name: str, value: Any) -> tuple[float, ...] | int:
    """How many, or at which levels."""
    if isinstance(value, Real):
        return require_int(name, value, minimum=0, maximum=100)
    if not isinstance(value, tuple | list):
        raise InputError(f"`{name}` is {value!r}, but a list of levels or a count is accepted.")
    return tuple(sorted({_number(name, level) for level in value}))


def _or_none(check: Callable) -> Callable:
    return lambda name, value: None if value is None else check(name, value)


CHECKS: dict[Any, Callable[[str, Any], Any]] = {
    str: text,
    bool: _truth,
    float: _number,
    float | None: _or_none(_number),
    int | None: _or_none(require_int),
    float | str | None: lambda name, value: (
        value if isinstance(value, str) else _or_none(_number)(name, value)
    ),
    tuple[float, float]: lambda name, value: tuple(
        _number(name, one) for one in _pair(name, value)
    ),
    tuple[str, str]: lambda name, value: tuple(text(name, one) for one in _pair(name, value)),
    Limits: _limits,
    Limits | None: _or_none(_limits),
    Names: lambda name, value: (value,) if isinstance(value, str) else _words(name, value),
    Words: _words,
    Sequence[float] | int: _contours,
}
