"""Wrong lines made by machine: one small change at one place of an expression.

A `Named` node is one letter on the page, so nothing inside it is changed; bound variables, names
and labels stay as they are.
"""

from dataclasses import replace
from functools import partial
from itertools import combinations

from sympy import Abs, Add, Expr, Integer, Mul, Pow, Rational, Symbol, exp, log, nan, sqrt, zoo

from genedu.derivations.engine import Derivation
from genedu.derivations.functions import Func, Normal
from genedu.derivations.integrals import KL
from genedu.derivations.matrices import Mat, T
from genedu.derivations.nodes import Entry, IndexProd, IndexSum, Named, Node
from genedu.derivations.refuter import refute

NOTHING, BODY, ALL = (), (0,), range(9)

#: which arguments of a node are written on the page, by the node's name
ON_THE_PAGE = {
    **dict.fromkeys(("Named", "Entry", "Iterate", "Mat", "Identity"), NOTHING),
    **dict.fromkeys(("Vector", "VectorFunc", "Partials", "JacobianDet"), NOTHING),
    **dict.fromkeys(("Avg", "DataAvg", "DataSum", "StateSum", "IndexSum", "IndexProd"), BODY),
    **dict.fromkeys(("Grad", "Diff", "MixedDiff", "Sigma", "LogGap", "W"), BODY),
    **dict.fromkeys(("Integral", "Sup", "Limit"), BODY),
    **dict.fromkeys(("Expect", "Mode", "T", "Norm2", "Number", "Trace", "Det"), BODY),
    **dict.fromkeys(("Inserted", "Diagonal"), BODY),
    **dict.fromkeys(("Expectation", "KL"), (0, 1)),
    **dict.fromkeys(("At", "SupGap"), (0, 2)),
    **dict.fromkeys(("Normal", "BlockDet"), ALL),
}


def children(e):
    """The paths from an expression to the next parts of it on the page."""
    name = type(e).__name__
    if name == "Func":  # (name, shown arguments, …)
        return [(1, k) for k in range(len(e.shown))]
    if name == "Components":  # (name, (parameter, body), …)
        return [(k, 1) for k in range(1, len(e.args))]
    if isinstance(e, Node) and name not in ON_THE_PAGE:
        raise LookupError(f"ON_THE_PAGE does not say what is written of a {name}")
    return [(k,) for k in ON_THE_PAGE.get(name, ALL) if k < len(e.args)] if e.args else []


def part_at(e, path):
    """The part of ``e`` at ``path``."""
    for k in path:
        e = e.args[k]
    return e


def places(e, path=()):
    """All ``(path, part)`` of an expression that can be changed."""
    yield path, e
    for step in children(e):
        part = part_at(e, step)
        if isinstance(part, Expr):
            yield from places(part, path + step)


def rebuilt(e, path, part):
    """``e`` with another ``part`` at ``path``."""
    if path:
        args = list(e.args)
        args[path[0]] = rebuilt(args[path[0]], path[1:], part)
        part = e.func(*args)
    if isinstance(e, Expr) and part.is_commutative and not e.is_commutative:
        raise TypeError("a number stands where a vector or matrix was")  # v - v is 0 to SymPy
    return part


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
        yield e.base
    elif isinstance(e, exp):
        yield exp(-e.args[0])
    elif isinstance(e, log):
        yield log(1 / e.args[0])
    elif isinstance(e, (T, Abs)):
        yield e.args[0]
    elif isinstance(e, (IndexSum, IndexProd)) and e.where:
        yield type(e)(e.body, *e.ranges)
    elif isinstance(e, KL):
        yield KL(e.p, e.q, *e.variables)
    elif isinstance(e, Normal):
        v, mean, variance = e.args
        yield Normal(v, mean, variance**2)
        yield Normal(v, mean, sqrt(variance))
    elif isinstance(e, Func) and e.primes:
        yield e.func(*e.args[:4], e.primes - 1, e.args[5])
    elif isinstance(e, Symbol) and e.is_positive and not e.is_integer:
        yield e**2
    elif isinstance(e, Mat) and e.args[1] == e.args[2]:
        yield e.inv
    for other in letters:
        if other != e and type(other) is type(e) and other.is_commutative == e.is_commutative:
            yield other


def exchanged(e, a, b):
    """``e`` with ``a`` and ``b`` in each other's places, wherever they stand on the page."""
    if e in (a, b):
        return b if e == a else a
    args = list(e.args)
    for k, *inner in children(e):
        part = part_at(e, (k, *inner))
        if isinstance(part, Expr):
            args[k] = rebuilt(args[k], tuple(inner), exchanged(part, a, b))
    return e.func(*args) if args else e


def letters_of(e):
    """Symbols, names, functions and matrices on the page, to be taken for one another."""
    kinds = (Symbol, Entry, Named, Mat, Func)
    return list(dict.fromkeys(p for _, p in places(e) if isinstance(p, kinds)))


def mutants(e):
    """All wrong versions of a line, each once."""
    letters = letters_of(e)
    laws = [a for a in letters if isinstance(a, (Func, Named))]
    made = [partial(exchanged, e, a, b) for a, b in combinations(laws, 2)]
    for path, part in places(e):
        made += [partial(rebuilt, e, path, wrong) for wrong in changes(part, letters)]
    found = dict.fromkeys((2 * e, -e, e + 1, e / 2))
    for make in made:
        try:
            found[make()] = None
        except (TypeError, ValueError, AttributeError):
            continue  # no expression at all
    return [m for m in found if m != e and not m.has(nan, zoo)]


TURNED = {"≤": ("≥", "<"), "≥": ("≤", ">"), "<": (">",), ">": ("<",)}


def turned_bounds(derivation, step):
    """The same derivation with the relation of line ``step`` turned round, or made strict."""
    line = derivation.steps[step]
    c, k = derivation.place(step)
    for relation in TURNED.get(line.relation, ()) if k else ():
        strict = relation in "<>"
        gap = replace(line.gap, zero_when=None) if strict else line.gap
        steps = list(derivation.chains[c].steps)
        steps[k] = replace(line, relation=relation, gap=gap)
        chains = list(derivation.chains)
        chains[c] = replace(chains[c], steps=tuple(steps))
        yield replace(derivation, chains=tuple(chains))


def equivalent(derivation, step, mutant) -> bool:
    """Whether the mutant is the same number as the line at six witnesses."""
    chain = derivation.chains[derivation.place(step)[0]]
    expr = derivation.steps[step].expr
    return refute(expr, mutant, "=", chain.setting, points=6) is None


def accepted(derivation: Derivation, step, **how) -> bool:
    """Whether both links of line ``step`` pass."""
    links = derivation.links()
    return all(derivation.check_link(n, **how).ok for n in (step, step + 1) if n in links)


def verdict(derivation, step, wrong) -> tuple[bool, bool, bool]:
    """Whether a wrong line is rejected by all evidence, by the prover alone, and whether it only
    looks wrong: the same number at every witness.
    """
    replaced = derivation.replace(step, wrong)
    by_all = not accepted(replaced, step)
    by_proof = not accepted(replaced, step, refuter=False)
    same = not (by_all and by_proof) and equivalent(derivation, step, wrong)
    return by_all, by_proof, same
