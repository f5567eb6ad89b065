"""Replacing any line by a wrong one must fail, with the refuter and with the prover alone."""

import pytest
from mutants import equivalent, mutants, sample

from genedu import derivations

MOST = 12  # wrong versions of a line; the whole set (2,800) takes over a minute


def accepted(derivation, step, wrong, **how) -> bool:
    """Whether both links of the wrong line pass."""
    replaced, links = derivation.replace(step, wrong), derivation.links()
    return all(replaced.check_link(n, **how).ok for n in (step, step + 1) if n in links)


@pytest.mark.parametrize("id", derivations.ids())
def test_each_wrong_line_is_rejected_by_both_kinds_of_evidence(id):
    d = derivations.load(id)
    tried = same = 0
    for step, line in enumerate(d.steps):
        for wrong in sample(mutants(line.expr), MOST):
            tried += 1
            by_all = not accepted(d, step, wrong)
            by_proof = not accepted(d, step, wrong, refuter=False)
            if not (by_all and by_proof):
                assert equivalent(d, step, wrong), f"line {step} may be {wrong}"
                same += 1
    assert tried > 4 * len(d.steps)
    assert same < 0.1 * tried


def test_a_machine_made_mutant_changes_the_page_and_nothing_hidden():
    from sympy import Symbol

    from genedu.derivations.nodes import Named

    a, b = Symbol("a"), Symbol("b")
    found = mutants(Named("f", a + b) - b)
    assert -Named("f", a + b) - b in found
    assert not any(m.has(Named("f", a - b)) for m in found)
