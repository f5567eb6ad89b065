"""The refuter: numbers at witnesses, computed from the lines as they are printed.

It runs before any prover, at sizes one larger than the prover's, and shares no code with it.
"""

import itertools

import numpy as np

from .scope import Matrix, NotComputable, Point, add

__all__ = ["TOLERANCE", "refute", "values", "witnesses"]

TOLERANCE = 1e-9


def values(e, point, shape=()) -> np.ndarray:
    """Return the real numbers that ``e`` is at ``point``, or raise NotComputable.

    ``shape`` is that of the values where the point stands under binders; a matrix keeps its own.
    """
    with np.errstate(all="ignore"):
        v = np.asanyarray(point(e), dtype=complex)
    if not isinstance(v, Matrix):
        v = np.broadcast_to(v.reshape(()) if v.size == 1 else v, shape)
    if not np.isfinite(v).all():
        raise NotComputable("it is not a finite number")
    if (np.abs(v.imag) > TOLERANCE * (1 + np.abs(v))).any():
        raise NotComputable("it is not real")
    return v.real


def witnesses(setting, points: int):
    """``points`` drawn witnesses; at each, every value of the free indices of the line."""
    sizes = {axis: size + 1 for axis, size in setting.sizes.items()}
    for seed in range(points):
        point = Point(seed, sizes, setting.domains)
        if setting.num is not None:
            point.drawn[setting.num] = float(point.num_data)
        for symbol, value in setting.given.items():
            point.drawn[symbol] = float(np.real(point(value)))
        spans = [range(1, point.size(axis) + 1) for axis in setting.each.values()]
        for index in itertools.product(*spans):
            yield point.at(dict(zip(setting.each, index, strict=True)))


def refute(previous, current, relation, setting, gap=None, points: int = 3) -> str | None:
    """Return a sentence with a counterexample to ``previous relation current``, or None.

    With ``gap`` (an expression), the difference of the two sides must also be that number.
    """
    for point in witnesses(setting, points):
        try:
            a, b = values(previous, point), values(current, point)
            if isinstance(a, Matrix) or isinstance(b, Matrix):
                a, b = float(np.abs(add([a, -b])).max()), 0.0
            a, b = float(a), float(b)
            c = 0.0 if gap is None else float(values(gap, point))
        except Exception as problem:  # a wrong line can break anything; the sentence says what
            return f"not computable at a witness: {type(problem).__name__}: {problem}"
        slack = TOLERANCE * (1 + abs(a) + abs(b))
        true = {
            "=": abs(a - b) <= slack,
            "≤": a <= b + slack,
            "≥": a >= b - slack,
            "<": a < b,
            ">": a > b,
        }[relation]
        if not true:
            return f"{a:.6g} {relation} {b:.6g} is false at a witness"
        if gap is not None and abs(abs(a - b) - c) > slack:
            return f"the sides differ by {abs(a - b):.6g}, but the gap is {c:.6g}"
    return None
