"""Slips that are no equation: the measured number is the right one, and only that passes."""

import math
from dataclasses import replace

import pytest
import torch

from genedu.derivations import FACTS, check_facts
from genedu.derivations.facts import Fact


@pytest.mark.parametrize("fact", FACTS, ids=[fact.printed[:20] for fact in FACTS])
def test_a_slip_is_rejected_and_the_right_number_is_not(fact):
    assert fact.check().ok
    assert not replace(fact, right=fact.wrong, wrong=fact.right).check().ok
    assert not replace(fact, wrong=fact.right).check().ok  # a harmless slip
    assert not replace(fact, measure=lambda: fact.right + 0.01).check().ok


def test_the_slips_of_the_sources_that_are_no_equation_are_there():
    said = " ".join(fact.printed for fact in FACTS)
    for words in ("undefined where $p = 0$", "mode collapse", "label 1", "nine classes"):
        assert words in said


def test_the_divergence_is_infinite_only_in_the_opposite_case():
    from genedu.divergences import kl_divergence

    sure, fair = torch.tensor([1.0, 0.0]), torch.tensor([0.5, 0.5])
    assert kl_divergence(sure, fair).item() == pytest.approx(math.log(2))
    assert kl_divergence(fair, sure).item() == math.inf


def test_the_slope_does_not_see_whether_samples_differ():
    """Samples far apart where the discriminator is sure: saturation without collapse."""
    place = torch.zeros((), requires_grad=True)
    samples = place + torch.linspace(-12, -8, 8)
    (1 - samples.sigmoid()).log().mean().backward()
    assert -1e-3 < place.grad < 0


def test_a_measurement_that_breaks_is_a_failed_row():
    def broken():
        raise OSError("no such file")

    row = Fact("Said.", "Why.", "this", broken, 1, 2).check()
    assert not row.ok
    assert "OSError: no such file" in row.note


def test_code_that_agrees_with_the_slip_is_found(monkeypatch):
    from genedu import divergences

    monkeypatch.setattr(divergences, "kl_divergence", lambda p, q: (p * (p / q).log()).sum())
    report = check_facts()
    assert [row.ok for row in report.rows] == [False, True, True, True]
