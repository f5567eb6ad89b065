"""Whether two formulas are equal: by structure, then by numbers, then by ``simplify``.

The numbers are taken at random points to thirty digits. All of it is plain Python, so that the
alarm of `timelimit` ends what takes too long; a process of its own would cost a second.
"""

import math
import random

import sympy

__all__ = ["close", "same"]

POINTS, DIGITS, ENOUGH = 20, 30, 6
EQUAL, CLOSE = 1e-15, 1e-2


def same(answer: sympy.Expr, right: sympy.Expr, kinds) -> bool:
    """Whether two expressions are equal wherever their symbols may lie: give it a time limit.

    >>> from genedu.exercises.typed import declare, parse
    >>> kinds = {"x": "real"}
    >>> same(parse("(x + 1)^2", declare(kinds)), parse("x^2 + 2*x + 1", declare(kinds)), kinds)
    True
    """
    if answer == right:
        return True
    if answer.has(sympy.zoo, sympy.oo, sympy.nan):
        return False
    seen = 0
    for a, b in _values(answer, right, kinds):
        if abs(a - b) > EQUAL * (1 + abs(b)):
            return False
        seen += 1
    needed = ENOUGH if answer.free_symbols | right.free_symbols else 1
    return seen >= needed or sympy.simplify(answer - right) == 0


def close(answer: sympy.Expr, right: sympy.Expr, kinds) -> bool:
    """Whether two expressions differ, but by less than a hundredth: rounded numbers."""
    pairs = list(_values(answer, right, kinds))
    return len(pairs) >= ENOUGH and all(abs(a - b) <= CLOSE * abs(b) for a, b in pairs)


def _values(answer, right, kinds):
    """Pairs of numbers at random points where the right expression is finite.

    Where only the answer is not a finite number, the pair says so with an infinity.
    """
    rng = random.Random(0)
    symbols = sorted(answer.free_symbols | right.free_symbols, key=str)
    for _ in range(POINTS if symbols else 1):
        point = {s: _draw(rng, kinds[s.name]) for s in symbols}
        b = _number(right, point)
        if b is None:
            continue
        a = _number(answer, point)
        yield (sympy.oo if a is None else a), b


def _draw(rng, kind: str):
    if kind == "count":
        return sympy.Integer(rng.randint(1, 9))
    if kind == "unit":
        return sympy.Rational(rng.randint(1, 96), 97)
    low = 5 if kind == "positive" else -300
    return sympy.Rational(rng.randint(low, 300), 97)


def _number(expr, point):
    try:
        value = expr.evalf(DIGITS, subs=point, maxn=60)
        real, imaginary = value.as_real_imag()
        plain = complex(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError, AttributeError):
        return None
    if not (math.isfinite(plain.real) and math.isfinite(plain.imag)):
        return None
    return real + sympy.I * imaginary if abs(plain.imag) > 1e-12 else real
