"""LaTeX as a lecturer writes it: factors and terms stay in the order of the tree.

Only commands that MathJax and latex2mathml both know. The rule for fractions is one of position:
in ``a / b * c`` the ``c`` stands beside the fraction, in ``a * c / b`` on top of it.
"""

from functools import lru_cache

from sympy import Abs, Add, Expr, Integer, Max, Mul, Pow, Rational, S, Symbol, exp, log
from sympy import latex as sympy_latex
from sympy.core.function import AppliedUndef

from .nodes import Node

__all__ = ["latex"]


@lru_cache(maxsize=4096)
def latex(e: Expr) -> str:
    """Return the LaTeX of one line.

    >>> from sympy import symbols
    >>> from .nodes import board
    >>> a, b, c = symbols("a b c")
    >>> with board():
    ...     line = b - a / c * (c + b)
    >>> print(latex(line))
    b - \\frac{a}{c} \\left(c + b\\right)
    """
    return Printer()(e)


def _terms(e: Expr) -> list[Expr]:
    """The terms of a sum. ``(a + b) + c`` is three terms; in ``a + (b + c)`` the brackets stay."""
    if not isinstance(e, Add):
        return [e]
    return [*_terms(e.args[0]), *e.args[1:]]


def _is_below(f) -> bool:
    """Whether a factor stands under the fraction bar."""
    if isinstance(f, Rational):
        return f.q != 1
    return isinstance(f, Pow) and f.exp.is_Rational and bool(f.exp < 0)


def _factors(e: Expr) -> list[Expr]:
    """The factors of a product; a fraction that is divided once more stays a fraction."""
    if not isinstance(e, Mul):
        return [e]
    found = []
    for k, a in enumerate(e.args):
        inner = _factors(a)
        divided = any(map(_is_below, inner)) and any(map(_is_below, e.args[k + 1 :]))
        found += [a] if divided else inner
    return found


class Printer:
    """Prints nodes through their ``_latex`` and everything else by the rules below.

    ``renamed`` maps a symbol to other LaTeX: inside ``Σ_n`` the datum ``x`` is ``x^{(n)}``.
    """

    def __init__(self, renamed=None):
        self.renamed = renamed or {}

    def __call__(self, e) -> str:
        if e in self.renamed:
            return self.renamed[e]
        if isinstance(e, Node):
            return e._latex(self)
        if isinstance(e, Add):
            return self._sum(_terms(e))
        if isinstance(e, Mul):
            return self._product(_factors(e))
        if isinstance(e, Pow):
            return self._power(e)
        if isinstance(e, exp):
            return self._exponential(self(e.args[0]))
        if isinstance(e, log):
            return rf"\log {self.argument(e.args[0])}"
        if isinstance(e, Abs):
            return rf"\left|{self(e.args[0])}\right|"
        if isinstance(e, Max):
            return rf"\max\left({', '.join(map(self, e.args))}\right)"
        if isinstance(e, AppliedUndef):
            return f"{e.func.__name__}({','.join(map(self, e.args))})"
        return sympy_latex(e)

    def _exponential(self, body: str) -> str:
        if r"\frac" in body or r"\sum" in body:
            return rf"\exp\left({body}\right)"
        return f"e^{{{body}}}"

    @staticmethod
    def _is_sum(e) -> bool:
        return isinstance(e, Add) or (isinstance(e, Node) and e.level == "sum")

    def factor(self, e, followed: bool = False) -> str:
        """``e`` as a factor; in brackets where what is around it would read it wrongly."""
        text = self(e)
        loose = isinstance(e, log) or (isinstance(e, Node) and e.level == "prefix")
        if self._is_sum(e) or text.startswith("-") or (followed and loose):
            return self.bracketed(text)
        return text

    @staticmethod
    def bracketed(text: str) -> str:
        return rf"\left({text}\right)"

    def argument(self, e) -> str:
        """``e`` behind ``log`` or ``d/ds``: bare only where it is plain where it ends."""
        text = self(e)
        plain = isinstance(e, (Node, Symbol, AppliedUndef, log, exp, Abs)) and not self._is_sum(e)
        bare = plain or (isinstance(e, Integer) and e >= 0)
        one_fraction = isinstance(e, Mul) and text.startswith(r"\frac") and self._is_one(text)
        return text if bare or one_fraction else self.bracketed(text)

    @staticmethod
    def _is_one(text: str) -> bool:
        """Whether ``\frac{..}{..}`` is all there is."""
        depth, groups = 0, 0
        for k, c in enumerate(text):
            depth += (c == "{") - (c == "}")
            if c == "}" and depth == 0:
                groups += 1
                if groups == 2:
                    return k == len(text) - 1
        return False

    def power_base(self, e) -> str:
        text = self(e)
        simple = isinstance(e, (Symbol, AppliedUndef)) or (isinstance(e, Integer) and e >= 0)
        if not simple and not (isinstance(e, Node) and e.level == "atom"):
            return self.bracketed(text)
        return self.bracketed(text) if "^" in text else text

    def _power(self, e) -> str:
        base, power = e.args
        if power == S.Half:
            return rf"\sqrt{{{self(base)}}}"
        if _is_below(e):
            return self._product([e])
        return f"{self.power_base(base)}^{{{self(power)}}}"

    def _sum(self, terms) -> str:
        text = self(terms[0])
        for t in terms[1:]:
            piece = self.bracketed(self(t)) if isinstance(t, Add) else self(t)
            text += f" - {piece[1:].lstrip()}" if piece.startswith("-") else f" + {piece}"
        return text

    def _product(self, factors) -> str:
        sign, above, below, beside = 1, [], [], []
        last = max((k for k, f in enumerate(factors) if _is_below(f)), default=-1)
        for k, f in enumerate(factors):
            if isinstance(f, Rational):
                sign = -sign if f < 0 else sign
                if f.q != 1:
                    below.append(Integer(f.q))
                if abs(f.p) != 1:
                    (above if k < last or f.q != 1 else beside).append(Integer(abs(f.p)))
            elif _is_below(f):
                below.append(f.base if f.exp == -1 else Pow(f.base, -f.exp, evaluate=False))
            else:
                (above if k < last and f.is_commutative else beside).append(f)
        minus = "-" if sign < 0 else ""
        if not below:
            return minus + (self._row(beside, alone=not minus) or "1")
        top, bottom = self._row(above, alone=True) or "1", self._row(below, alone=True)
        return f"{minus}\\frac{{{top}}}{{{bottom}}} {self._row(beside, alone=False)}".rstrip()

    def _row(self, factors, alone: bool) -> str:
        """Factors side by side; ``alone``: nothing else touches them."""
        if len(factors) == 1 and alone:
            return self(factors[0])
        text = ""
        for k, f in enumerate(factors):
            piece = self.factor(f, followed=k + 1 < len(factors))
            if text:
                text += r" \cdot " if piece[0].isdigit() else " "
            text += piece
        return text
