"""Exact statements about small RBMs against sums over every pair of states."""

import pytest
import torch

from genedu.errors import InputError
from genedu.evaluation import binary_states
from genedu.models import RBM
from genedu.models.rbm_exact import account, exact_samples, hidden_states


@pytest.fixture
def machine():
    generator = torch.Generator().manual_seed(0)
    rbm = RBM(4, 3).double()
    for parameter in rbm.parameters():
        parameter.data.normal_(std=1.5, generator=generator)
    return rbm


@pytest.fixture
def joint(machine):
    """``p(v, h)`` from the energy of every pair, ``(2**V, 2**H)``."""
    v, h = binary_states(4, dtype=torch.double), binary_states(3, dtype=torch.double)
    with torch.no_grad():
        energy = torch.stack([machine.energy(v, row.expand(len(v), -1)) for row in h], 1)
    return torch.softmax(-energy.flatten(), 0).reshape(energy.shape)


def test_hidden_states_have_the_marginal_of_the_joint(machine, joint):
    states, log_prior = hidden_states(machine)
    assert torch.equal(states, binary_states(3, dtype=torch.double))
    torch.testing.assert_close(log_prior.exp(), joint.sum(0))


def test_hidden_states_are_the_same_in_one_chunk_or_many(machine, monkeypatch):
    _, whole = hidden_states(machine)
    monkeypatch.setattr("genedu.models.rbm_exact.CHUNK", 3)
    torch.testing.assert_close(hidden_states(machine)[1], whole)


def test_both_terms_are_the_sums_that_they_are_called(machine, joint):
    v = binary_states(4, dtype=torch.double)
    pixels, price, posterior = account(machine, v)
    p_v, p_h = joint.sum(1), joint.sum(0)
    h_given_v = joint / p_v[:, None]
    torch.testing.assert_close(posterior, h_given_v)
    torch.testing.assert_close(pixels, (h_given_v * torch.log(joint / p_h)).sum(1))
    torch.testing.assert_close(price, (h_given_v * torch.log(h_given_v / p_h)).sum(1))
    torch.testing.assert_close(pixels - price, p_v.log())
    torch.testing.assert_close(pixels - price, machine.log_prob(v).detach())


def test_exact_samples_come_as_often_as_they_should(machine, joint):
    num = 20_000
    v = exact_samples(machine, num, generator=torch.Generator().manual_seed(1))
    codes = (v @ torch.tensor([8.0, 4.0, 2.0, 1.0], dtype=torch.double)).long()
    counts = torch.bincount(codes, minlength=16)
    expected = num * joint.sum(1)
    chi_squared = ((counts - expected).square() / expected).sum().item()
    assert chi_squared < 37.7  # the 0.1 % point of chi squared with 15 degrees of freedom
    again = exact_samples(machine, num, generator=torch.Generator().manual_seed(1))
    assert torch.equal(v, again)


def test_too_many_hidden_units_are_refused():
    machine = RBM(2, 21)
    for ask in (
        hidden_states,
        lambda m: account(m, torch.ones(1, 2)),
        lambda m: exact_samples(m, 1),
    ):
        with pytest.raises(InputError, match="20"):
            ask(machine)


def test_data_and_numbers_are_checked(machine):
    with pytest.raises(InputError, match="`v`"):
        account(machine, torch.full((1, 4), 2.0, dtype=torch.double))
    with pytest.raises(InputError, match="`num`"):
        exact_samples(machine, 0)
