"""Replacing any line by a wrong one must fail, with the refuter and with the prover alone.

A sample of the wrong lines, the same in every run; ``make mutants`` tries them all.
"""

import importlib
import pkgutil
import random

import pytest
from mutants import ON_THE_PAGE, accepted, equivalent, mutants, turned_bounds, verdict
from sympy import Function, Symbol, exp

from genedu import derivations
from genedu.derivations.functions import Func, Normal
from genedu.derivations.gaps import Gap
from genedu.derivations.integrals import KL, Expectation
from genedu.derivations.nodes import Named, Node
from genedu.derivations.suprema import Sup

EACH = 48  # wrong lines of a derivation, and at least one of each line

x, z = Symbol("x", real=True), Symbol("z", real=True)
s, u = Symbol("s", positive=True), Symbol("u", positive=True)


def sample(id, d):
    """Wrong lines, drawn with the name of the derivation and the line as seed."""
    each = max(1, EACH // len(d.steps))
    for step, line in enumerate(d.steps):
        wrong = mutants(line.expr)
        rng = random.Random(f"{id} {step}")
        yield from ((step, w) for w in rng.sample(wrong, min(each, len(wrong))))


@pytest.mark.parametrize("id", derivations.ids())
def test_each_wrong_line_is_rejected_by_both_kinds_of_evidence(id):
    d = derivations.load(id)
    tried = looks_wrong = 0
    for step, wrong in sample(id, d):
        by_all, by_proof, same = verdict(d, step, wrong)
        assert (by_all and by_proof) or same, f"line {step} may be {wrong}"
        tried, looks_wrong = tried + 1, looks_wrong + same
    assert tried >= len(d.steps)
    assert looks_wrong < 0.15 * tried + 1


@pytest.mark.parametrize("id", derivations.ids())
def test_a_bound_turned_round_or_made_strict_is_rejected(id):
    d = derivations.load(id)
    for step in d.links():
        for turned in turned_bounds(d, step):
            relation = turned.steps[step].relation
            assert not accepted(turned, step), f"line {step} may be {relation}"
            assert not accepted(turned, step, refuter=False), f"line {step} may be {relation}"


# -- the machine that makes them -----------------------------------------------------------------
def test_a_mutant_changes_the_page_and_nothing_hidden():
    a, b = Symbol("a"), Symbol("b")
    found = mutants(Named("f", a + b) - b)
    assert -Named("f", a + b) - b in found
    assert not any(m.has(Named("f", a - b)) for m in found)


def test_the_mistakes_that_people_make_are_among_the_mutants():
    p, q = Func("p", x, kind="density"), Func("q", x, kind="density")
    f = Func("f", z)
    line = Expectation(q / p, q, x) + KL(q, p, x)
    assert Expectation(p / q, p, x) + KL(p, q, x) in mutants(line)  # p ↔ q
    for wrong in (
        Expectation(q / p, p, x) + KL(q, p, x),
        Expectation(q / p, q, x) + KL(p, q, x),
        Expectation(q / p, q, x) - KL(q, p, x),  # the sign of a term
        Expectation(q / p, q, x),  # a term dropped
        Expectation(q / p, q, x) + 2 * KL(q, p, x),  # doubled
        Expectation(q / p, q, x) + KL(q, p, x) / 2,  # a factor ½
    ):
        assert wrong in mutants(line)
    assert Normal(x, z, s) in mutants(Normal(x, z, s**2))  # σ² ↔ σ
    assert Normal(x, z, s**4) in mutants(Normal(x, z, s**2))
    assert f in mutants(f.prime())
    assert Func("f", z - x) in mutants(Func("f", x + z))
    assert Sup(-u * x - exp(u), u) in mutants(Sup(u * x - exp(u), u))
    assert not any(m.has(Sup(x**2 - exp(x), x)) for m in mutants(Sup(u * x - exp(u), u)))


def test_bounds_are_turned_with_their_gap():
    gap = Gap(x**2, {x: 0 * x})
    steps = (
        derivations.Step(z, "Start."),
        derivations.Step(z - x**2, "A square is not negative.", "≥", gap=gap),
    )
    claim = derivations.Claim(z, "≥", z - x**2)
    chain = derivations.Chain("c", claim, steps)
    d = derivations.Derivation("d", "t", "s", (chain,), (), (), ())
    assert accepted(d, 1)
    turned = list(turned_bounds(d, 1))
    assert [t.steps[1].relation for t in turned] == ["≤", ">"]
    assert not any(accepted(t, 1, refuter=False) for t in turned)
    assert equivalent(d, 1, z - (-x) ** 2)
    assert not equivalent(d, 1, z - 2 * x**2)


def test_every_node_says_what_of_it_is_on_the_page():
    for module in pkgutil.walk_packages(derivations.__path__, f"{derivations.__name__}."):
        importlib.import_module(module.name)

    def below(cls):
        return {cls}.union(*map(below, cls.__subclasses__()))

    names = {c.__name__ for c in below(Node) if c.__module__.startswith("genedu")}
    own = {"Func", "Components"}  # see `children`
    assert {n for n in names if not n.startswith("_")} - {"Node"} - own == set(ON_THE_PAGE)
    with pytest.raises(LookupError, match="of a Unknown"):
        mutants(type("Unknown", (Node,), {})() + Function("g")(x))
