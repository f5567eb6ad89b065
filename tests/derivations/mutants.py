"""Wrong lines made by machine: one small change at one place of an expression.

A `Named` node is one letter on the page, so nothing inside it is changed; bound variables, names
and labels stay as they are.
"""

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol, Tuple, exp, log, nan, zoo

from genedu.derivations.averages import Avg, DataAvg, DataSum, StateSum
from genedu.derivations.calculus import At, Components, Diff, Grad, Iterate, LogGap, Sigma
from genedu.derivations.matrices import Expect, Mat, Mode, Norm2, T
from genedu.derivations.nodes import Entry, IndexProd, IndexSum, Named
from genedu.derivations.refuter import refute

#: which arguments of a node are written on the page
CHILDREN = {
    **dict.fromkeys((Avg, DataAvg, DataSum, StateSum, Grad, Diff, Sigma, LogGap), (0,)),
    **dict.fromkeys((Expect, Mode, T, Norm2, IndexSum, IndexProd), (0,)),
    At: (0, 2),
    Components: range(1, 9),
    Tuple: (1,),
    **dict.fromkeys((Named, Entry, Iterate, Mat), ()),
}


def places(e, path=()):
    """All ``(path, part)`` of an expression that can be changed."""
    if not isinstance(e, Tuple):
        yield path, e
    for k in CHILDREN.get(type(e), range(len(e.args))):
        if k < len(e.args) and isinstance(e.args[k], (Expr, Tuple)):
            yield from places(e.args[k], (*path, k))


def rebuilt(e, path, part):
    """``e`` with another ``part`` at ``path``."""
    if not path:
        return part
    args = list(e.args)
    args[path[0]] = rebuilt(args[path[0]], path[1:], part)
    return e.func(*args)


def changes(e, letters):
    """Wrong versions of one part."""
    if isinstance(e, Add):
        for k, a in enumerate(e.args):
            rest = e.args[:k] + e.args[k + 1 :]
            for wrong in (-a, Integer(0), 2 * a, a / 2):
                yield Add(*rest, wrong)
    elif isinstance(e, Mul):
        for k, a in enumerate(e.args):
            yield Mul(*e.args[:k], *e.args[k + 1 :])
            if isinstance(a, Rational):
                yield Mul(*e.args[:k], a * 2, *e.args[k + 1 :])
    elif isinstance(e, Pow):
        yield e.base ** (-e.exp)
        yield e.base ** (2 * e.exp)
    elif isinstance(e, exp):
        yield exp(-e.args[0])
    elif isinstance(e, log):
        yield log(1 / e.args[0])
    elif isinstance(e, T):
        yield e.args[0]
    elif isinstance(e, (IndexSum, IndexProd)) and e.where:
        yield type(e)(e.body, *e.ranges)
    for other in letters:
        if other != e and type(other) is type(e) and other.is_commutative == e.is_commutative:
            yield other


def letters_of(e):
    """Symbols, entries, names and matrices on the page, to be taken for one another."""
    kinds = (Symbol, Entry, Named, Mat)
    return list(dict.fromkeys(p for _, p in places(e) if isinstance(p, kinds)))


def mutants(e):
    """All wrong versions of a line, each once."""
    letters = letters_of(e)
    found = dict.fromkeys((2 * e, -e, e + 1, e / 2))
    for path, part in places(e):
        for wrong in changes(part, letters):
            try:
                found[rebuilt(e, path, wrong)] = None
            except (TypeError, ValueError, AttributeError):
                continue  # no expression at all
    return [m for m in found if m != e and not m.has(nan, zoo)]


def sample(wrong, most):
    """At most ``most`` of them, spread evenly."""
    step = max(1, len(wrong) / most)
    return [wrong[int(k * step)] for k in range(min(most, len(wrong)))]


def equivalent(derivation, step, mutant) -> bool:
    """Whether the mutant is the same number as the line at six witnesses."""
    chain = derivation.chains[derivation._place(step)[0]]
    expr = derivation.steps[step].expr
    return refute(expr, mutant, "=", chain.setting, points=6) is None
