"""Formulas that students type, read without evaluating anything.

`parse` walks Python's syntax tree and knows a short list of things; nothing else is accepted, and
no text is ever evaluated (SymPy's own ``sympify`` would).
"""

import ast
import re

import sympy

from ..errors import InputError

__all__ = ["declare", "parse", "read", "read_line"]

MAX_LENGTH = 400
MAX_PARTS = 250  # nodes of the syntax tree
MAX_BITS = 4096  # size of a number that a power may make


def _sigmoid(t):
    return 1 / (1 + sympy.exp(-t))


def _softplus(t):
    return sympy.log(1 + sympy.exp(t))


FUNCTIONS = {
    "exp": sympy.exp,
    "log": sympy.log,
    "ln": sympy.log,
    "sqrt": sympy.sqrt,
    "abs": sympy.Abs,
    "Abs": sympy.Abs,
    "max": sympy.Max,
    "min": sympy.Min,
    "Max": sympy.Max,
    "Min": sympy.Min,
    "tanh": sympy.tanh,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
}
SEVERAL = {"max", "min", "Max", "Min"}
CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "E": sympy.E}
GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi "
    "psi omega Sigma Lambda Phi"
)
GREEK = dict(zip("αβγδεζηθκλμνξπρστφχψωΣΛΦ", GREEK_NAMES.split(" "), strict=True))
SUPERSCRIPTS = {"²": "**2", "³": "**3", "⁴": "**4", "·": "*", "×": "*", "−": "-", "–": "-"}
KEYWORDS = {"lambda": "lambda_"}  # Python would read a function


def declare(kinds) -> dict[str, sympy.Symbol]:
    """Symbols for ``{"sigma": "positive", "n": "count", ...}``."""
    assumed = {
        "real": {"real": True},
        "positive": {"positive": True},
        "unit": {"positive": True},
        "count": {"positive": True, "integer": True},
    }
    return {name: sympy.Symbol(name, **assumed[kind]) for name, kind in kinds.items()}


def parse(text: str, names) -> sympy.Expr:
    """Return the expression that ``text`` means, with ``names`` for its letters.

    >>> x = sympy.Symbol("x")
    >>> parse("2*x^2", {"x": x})
    2*x**2
    >>> parse("x.__class__", {"x": x})
    Traceback (most recent call last):
    genedu.errors.InputError: `x.__class__` cannot be read: a dot after a name has no meaning here.
    """
    if len(text) > MAX_LENGTH:
        raise InputError(f"the formula has {len(text):,} characters; {MAX_LENGTH} are accepted.")

    def refuse(why: str):
        shown = text if len(text) < 60 else text[:60] + "…"
        raise InputError(f"`{shown.strip()}` cannot be read: {why}.")

    plain = text.strip().replace("^", "**")
    for sign, words in (SUPERSCRIPTS | GREEK).items():
        plain = plain.replace(sign, words)
    for word, stand_in in KEYWORDS.items():
        plain = re.sub(rf"\b{word}\b", stand_in, plain)
    try:
        tree = ast.parse(plain, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        refuse(_slip(plain))
    if sum(1 for _ in ast.walk(tree)) > MAX_PARTS:
        refuse("it has too many parts")
    known = {KEYWORDS.get(name, name): expr for name, expr in names.items()}
    return _Reader(known, sorted(names), refuse).read(tree.body)


def _slip(text: str) -> str:
    """What is likely to be wrong with a text that is no formula."""
    if "\\" in text:
        return "write letters by their names, without a backslash"
    if "=" in text:
        return "only the right-hand side is asked for, without ="
    return (
        "it is no formula; write every product with *, as in 2*x, functions with brackets, as in "
        "log(x), and close all brackets"
    )


class _Reader:
    """The walk over the syntax tree; `refuse` raises."""

    def __init__(self, names, listed, refuse):
        self.names, self.listed, self.refuse = names, listed, refuse

    def read(self, node):
        method = getattr(self, f"read_{type(node).__name__}", None)
        if method is None:
            said = {
                ast.Attribute: "a dot after a name has no meaning here",
                ast.Subscript: "square brackets have no meaning here",
                ast.Tuple: "commas belong only inside a function",
                ast.Compare: "only the right-hand side is asked for, without = or <",
            }
            return self.refuse(said.get(type(node), f"{type(node).__name__} has no meaning here"))
        return method(node)

    def read_Constant(self, node):
        if type(node.value) not in (int, float) or not abs(node.value) < 1e12:
            self.refuse(f"{str(node.value)[:20]!r} is not a number of a usual size")
        if type(node.value) is int:
            return sympy.Integer(node.value)
        return sympy.Rational(str(node.value))

    def read_Name(self, node):
        for known in (self.names, CONSTANTS):
            if node.id in known:
                return known[node.id]
        if node.id in FUNCTIONS:
            return self.refuse(f"{node.id} needs an argument in round brackets")
        return self.refuse(f"{node.id.rstrip('_')!r} is unknown; {self.names_known()}")

    def names_known(self) -> str:
        """What letters may be used, as a clause."""
        return f"the names are {', '.join(self.listed)}" if self.listed else "type numbers only"

    def read_UnaryOp(self, node):
        if not isinstance(node.op, ast.USub | ast.UAdd):
            self.refuse("only + and - may stand before a term")
        value = self.read(node.operand)
        return -value if isinstance(node.op, ast.USub) else value

    def read_BinOp(self, node):
        left, right = self.read(node.left), self.read(node.right)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div):
            if right.is_zero:
                self.refuse("it divides by zero")
            return left / right
        if isinstance(node.op, ast.Pow):
            return self.power(left, right)
        return self.refuse("the operations are + - * / and **")

    def power(self, base, exponent):
        if exponent.is_number:
            if not exponent.is_real or abs(float(exponent)) > 200:
                self.refuse("an exponent is too large")
            size = max((_bits(each) for each in base.atoms(sympy.Rational)), default=1)
            if base.is_number and size * max(1, abs(float(exponent))) > MAX_BITS:
                self.refuse("a number is too large")
        if base.is_zero and exponent.is_negative:
            self.refuse("it divides by zero")
        return base**exponent

    def read_Call(self, node):
        if not isinstance(node.func, ast.Name):
            self.refuse("only plain functions such as log(x) can be called")
        name = node.func.id
        if name not in FUNCTIONS:
            known = ", ".join(sorted(FUNCTIONS))
            if name in self.names or name in CONSTANTS:
                self.refuse(f"write a product with *, as in {name.rstrip('_')}*(…)")
            self.refuse(
                f"the function {name!r} is unknown; {self.names_known()}; functions are {known}"
            )
        if node.keywords:
            self.refuse("only plain functions such as log(x) can be called, without =")
        if (len(node.args) != 1 and name not in SEVERAL) or not node.args:
            self.refuse(f"{name} takes one argument")
        return FUNCTIONS[name](*map(self.read, node.args))


def _bits(number) -> int:
    return max(int(number.p).bit_length(), int(number.q).bit_length())


def read(answer, symbols) -> sympy.Expr:
    """A student's answer, typed or a SymPy expression, in the question's own symbols."""
    if isinstance(answer, str):
        return parse(answer, symbols)
    if isinstance(answer, bool) or not isinstance(answer, int | float | sympy.Expr):
        raise InputError(
            f"it is {type(answer).__name__}, but a formula as text or a SymPy expression is "
            "accepted."
        )
    if isinstance(answer, int | float):
        return parse(repr(answer), symbols)
    if answer.count_ops() > MAX_PARTS:
        raise InputError("the expression has too many parts.")
    unknown = sorted(each.name for each in answer.free_symbols if each.name not in symbols)
    if unknown:
        raise InputError(f"the symbol {unknown[0]} is unknown; there are {', '.join(symbols)}.")
    exact = {f: sympy.Rational(str(f)) for f in answer.atoms(sympy.Float)}
    return answer.xreplace({s: symbols[s.name] for s in answer.free_symbols}).xreplace(exact)


def read_line(answer, names) -> sympy.Expr:
    """A line of a derivation in the board's own words: ``names`` maps letters to expressions."""
    if isinstance(answer, str):
        return parse(answer, names)
    plain = {name: sympy.Symbol(name) for name in names}
    return read(answer, plain).xreplace({plain[name]: expr for name, expr in names.items()})
