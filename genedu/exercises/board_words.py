"""The words in which a student types a line of a derivation, and what they mean on its board."""

from sympy import Basic, Expr, Symbol, preorder_traversal

from ..derivations.nodes import Named
from ..errors import InputError

__all__ = ["board_words", "written_out"]


def board_words(derivation, names) -> dict[str, Expr]:
    """Map each word to the named expression or symbol that prints as ``names`` says.

    >>> from genedu.derivations import load
    >>> board_words(load("gaussian-mle"), {"xbar": r"\\bar{x}"})
    {'xbar': \\bar{x}}
    """
    found = {}
    for step in derivation.steps:
        for node in preorder_traversal(step.expr):
            if isinstance(node, Named | Symbol):
                found.setdefault(node.name, node)
    missing = [printed for printed in names.values() if printed not in found]
    if missing:
        raise InputError(f"`names` has {missing[0]!r}, but {derivation.id} has no such name.")
    return {word: found[printed] for word, printed in names.items()}


def written_out(expr: Basic) -> Basic:
    """The same expression as SymPy would write it, not as it stands on the board."""
    if not expr.args or isinstance(expr, Named) or not isinstance(expr, Expr):
        return expr
    return expr.func(*map(written_out, expr.args))
