"""Whether the claims of a derivation's source are typed apart from its lines.

SymPy gives one object for two equal sums, so identity cannot tell; the source can. A side of a
claim is written out: the names in it are letters (symbols, densities, matrices, defined names),
nodes and functions of letters, never a variable that holds a line or a part of one.
"""

import ast
import builtins
from functools import cache
from pathlib import Path

BOOK = Path(__file__).resolve().parents[2] / "genedu" / "derivations" / "book"
#: what makes a letter, or a number
LETTERS = {"Symbol", "symbols", "indices", "Func", "Normal", "Named", "Iterate", "Rational"}
LETTERS |= {"Integer", "Tensor", "Mat", "Vector", "VectorFunc", "_Plane"}
#: annotations of parameters that are letters
KINDS = {"Named", "Vector", "str"}
#: names of derivatives that the board prints as one letter
PRINTED = {"D_MU", "D_ELL"}


@cache
def module(name: str) -> ast.Module:
    return ast.parse((BOOK / f"{name}.py").read_text(encoding="utf8"))


class Scope:
    """What the names of a module, and of a function inside it, stand for."""

    def __init__(self, body, outer=None, parameters=()):
        self.outer, self.values, self.functions, self.siblings = outer, {}, {}, {}
        self.parameters = {a.arg: getattr(a.annotation, "id", None) for a in parameters}
        self.outside = set()
        self._read(body)

    def _read(self, body):
        for node in body:
            if isinstance(node, ast.With):
                self._read(node.body)
            elif isinstance(node, ast.FunctionDef):
                self.functions[node.name] = node
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    self._bind(target, node.value)
            elif isinstance(node, ast.ImportFrom):
                inside = node.level == 1 and node.module
                for alias in node.names:
                    if inside:
                        self.siblings[alias.asname or alias.name] = (node.module, alias.name)
                    else:
                        self.outside.add(alias.asname or alias.name)

    def _bind(self, target, value):
        if isinstance(target, ast.Name):
            self.values[target.id] = value
        elif isinstance(target, ast.Tuple):
            whole = isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts)
            for k, part in enumerate(target.elts):
                self._bind(part, value.elts[k] if whole else value)

    def find(self, name: str):
        """``(scope, node)`` of a name: an expression, a function, or None if from outside."""
        if name in self.values:
            return self, self.values[name]
        if name in self.functions:
            return self, self.functions[name]
        if name in self.parameters:
            return self, self.parameters[name] or "a parameter"
        if name in self.siblings:
            other, original = self.siblings[name]
            return Scope(module(other).body).find(original)
        if self.outer is not None:
            return self.outer.find(name)
        return self, None

    def is_letter(self, e) -> bool:
        """Whether an expression is a letter or a number, and not something made of them."""
        if isinstance(e, ast.Constant):
            return True
        if isinstance(e, ast.Tuple):
            return all(map(self.is_letter, e.elts))
        if isinstance(e, ast.GeneratorExp):
            return self.is_letter(e.elt)
        if isinstance(e, (ast.Attribute, ast.Subscript)):  # an entry of the table, an inverse
            return getattr(e, "attr", "") != "expr" and self.is_letter(e.value)
        if isinstance(e, ast.Name):
            return self.is_known(e.id)
        if isinstance(e, ast.Call) and isinstance(e.func, ast.Name):
            scope, found = self.find(e.func.id)
            if isinstance(found, ast.FunctionDef):
                inner = Scope(found.body, scope, found.args.args)
                returned = [n.value for n in ast.walk(found) if isinstance(n, ast.Return)]
                return bool(returned) and all(map(inner.is_letter, returned))
            return e.func.id in LETTERS
        return isinstance(e, ast.Dict)  # a table of claims

    def is_known(self, name: str) -> bool:
        """Whether a name may stand in a claim."""
        if name in PRINTED or hasattr(builtins, name):
            return True
        scope, found = self.find(name)
        if found is None or isinstance(found, ast.FunctionDef):
            return True
        if isinstance(found, str):
            return found in KINDS
        return scope.is_letter(found)


def _is_bare_call(side, scope) -> bool:
    """A function of the book without arguments: it may return a whole line."""
    if not (isinstance(side, ast.Call) and isinstance(side.func, ast.Name)) or side.args:
        return False
    return isinstance(scope.find(side.func.id)[1], ast.FunctionDef)


def shared(tree: ast.Module) -> list[str]:
    """The sides of claims that are not typed apart, as source."""
    found = []

    def look(body, scope):
        for node in body:
            for inner in _statements(node):
                look(inner.body, Scope(inner.body, scope, inner.args.args))
            for call in _calls(node, "Claim"):
                for side in (call.args[0], call.args[2]):
                    names = {n.id for n in ast.walk(side) if isinstance(n, ast.Name)}
                    lines = [
                        n
                        for n in ast.walk(side)
                        if isinstance(n, ast.Attribute) and n.attr == "expr"
                    ]
                    if lines or _is_bare_call(side, scope) or not all(map(scope.is_known, names)):
                        found.append(ast.unparse(side))

    look(tree.body, Scope(tree.body))
    return found


def _statements(node):
    """The functions that are defined directly inside a statement."""
    if isinstance(node, ast.FunctionDef):
        return [node]
    return [f for part in ast.iter_child_nodes(node) for f in _statements(part)]


def _calls(node, name: str):
    """The calls of ``name`` in a statement, not those of functions defined inside it."""
    if isinstance(node, ast.FunctionDef):
        return
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
        yield node
    for part in ast.iter_child_nodes(node):
        yield from _calls(part, name)
