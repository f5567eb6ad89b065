"""The gap of an inequality: what separates its two sides, not negative, 0 only where stated."""

from dataclasses import dataclass

from sympy import Add, Expr

from .algebra import is_zero
from .functions import Func
from .integrals import Integral
from .signs import is_positive, sign_of
from .zeros import Forced

__all__ = ["Gap"]


@dataclass(frozen=True)
class Gap:
    """What separates the two sides of an inequality: larger = smaller + ``expr``.

    ``zero_when`` says at which values of the parameters, or for which functions, it vanishes, and
    that it does so only there (for ``<`` and ``>``: never, and it is left out).
    """

    expr: Expr
    zero_when: dict[Expr, Expr] | None = None

    def holds(self, previous, current, relation, evidence, setting) -> str:
        """An empty string if all is proved, else what is not."""
        strict = relation in "<>"
        if strict == (self.zero_when is not None):
            return "a gap says where it is 0 exactly if the inequality is not strict"
        larger, smaller = (previous, current) if relation in "≥>" else (current, previous)
        if not evidence.prove(larger, Add(smaller, self.expr, evaluate=False), setting):
            return "the gap is not proved to be the difference"
        for low in setting.lowerings():
            sign = sign_of(self.expr, low, setting)
            if sign != "positive" and (strict or sign != "not negative"):
                return f"the gap is not proved to be {'positive' if strict else 'at least 0'}"
            if not strict:
                for what, value in self.zero_when.items():
                    if not _is_possible(what, value, low, setting):
                        return "the gap is said to be 0 where nothing can be"
                functions = {f: v for f, v in self.zero_when.items() if isinstance(f, Func)}
                values = {s: low(v) for s, v in self.zero_when.items() if s not in functions}
                there = low(self.expr.xreplace(functions)).xreplace(values)
                if not is_zero(there, setting.spread_names):
                    return "the gap is not proved to be 0 where it is said to be"
                forced = Forced(self.expr, low, setting)
                if not all(forced.only_at(*item) for item in self.zero_when.items()):
                    return "the gap is not proved to be 0 only where it is said to be"
        return ""

    def theorems(self, setting) -> tuple[str, ...]:
        """What the proof that it is 0 only there rests on, besides algebra."""
        if self.zero_when is None:
            return ()
        found = (Forced(self.expr, low, setting).theorems for low in setting.lowerings())
        return tuple(dict.fromkeys(theorem for theorems in found for theorem in theorems))


def _is_possible(what, value, low, setting) -> bool:
    """Whether a symbol or function may be ``value``: its sign, its domain, the total 1."""
    number = low(value)
    if isinstance(what, Func):
        if what.kind == "density":
            total = low(Integral(value, what.shown[0]))
            return is_positive(number, setting) and is_zero(total - 1, setting.spread_names)
        if what.kind == "unit":
            return is_positive(number, setting) and is_positive(1 - number, setting)
        return what.kind in ("real", "energy") or is_positive(number, setting)
    if what in setting.domains:
        start, end = setting.domains[what]
        return is_positive(number - start, setting) and is_positive(end - number, setting)
    return not what.is_positive or is_positive(number, setting)
