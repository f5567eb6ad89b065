"""What is claimed: typed apart from the lines, so that a wrong line and a wrong claim disagree."""

import ast
import random
from dataclasses import replace

import pytest
from mutants import mutants
from typed_apart import BOOK, module, shared

from genedu import derivations
from genedu.derivations.engine import Claim
from genedu.derivations.refuter import refute

EACH = 3  # wrong forms of each side


@pytest.mark.parametrize("name", sorted(path.stem for path in BOOK.glob("*.py")))
def test_every_claim_is_typed_apart_from_the_lines(name):
    assert shared(module(name)) == []


SHARED = """
from ..engine import Claim, Step
from .f_gan_board import P, Q, x
HALF = Rational(1, 2)
TAIL = HALF * KL(P, Q, x)

def whole():
    return Integral(P, x)

def chain(law: Named, expr):
    p = Named("p", P * Q)
    start, more = KL(P, Q, x), p + 1
    steps = (Step(start, "A."), Step(whole(), "B."))
    def under(f):
        return Integral(p * f, x)
    return Chain("c", Claim({side}, "=", HALF), steps)
"""


SHARES = "start; 2 * start; more; steps[0].expr; law + TAIL; expr; whole(); under(start)"


@pytest.mark.parametrize("side", SHARES.split("; "))
def test_a_side_that_shares_a_line_is_found(side):
    assert shared(ast.parse(SHARED.replace("{side}", side))) == [side]


@pytest.mark.parametrize("side", ["KL(P, Q, x)", "HALF * under(p)", "p + law", "under(log(Q))"])
def test_a_side_of_letters_is_let_through(side):
    assert shared(ast.parse(SHARED.replace("{side}", side))) == []


def wrong_claims(chain, seed):
    """The claim of a chain with one side changed, a few times."""
    rng = random.Random(seed)
    for side, right in (("left", chain.claim.left), ("right", chain.claim.right)):
        changed = mutants(right)
        for wrong in rng.sample(changed, min(EACH, len(changed))):
            yield replace(chain.claim, **{side: wrong}), right, wrong


@pytest.mark.parametrize("id", derivations.ids())
def test_a_wrong_claim_is_rejected(id):
    d = derivations.load(id)
    for c, chain in enumerate(d.chains):
        for claim, right, wrong in wrong_claims(chain, f"{id} {c}"):
            chains = list(d.chains)
            chains[c] = replace(chain, claim=claim)
            changed = replace(d, chains=tuple(chains))
            if changed.check_claim(c).ok or changed.check_claim(c, refuter=False).ok:
                same = refute(right, wrong, "=", chain.setting, points=6) is None
                assert same, f"{chain.about} may be {wrong}"


def test_a_claim_in_another_form_must_be_proved_equal():
    d = derivations.load("gan-optimal-discriminator")
    claim, chain = d.chains[2].claim, d.chains[2]
    assert claim.right != chain.steps[-1].expr
    assert d.check_claim(2).note == "equals the lines, in another form"
    turned = Claim(claim.left, "≥", claim.right)
    chains = list(d.chains)
    chains[2] = replace(chain, claim=turned)
    assert "do not show ≥" in replace(d, chains=tuple(chains)).check_claim(2).note
