"""The optimal discriminator: closed form, ends, and the maximum it claims to be."""

import pytest
import torch

from genedu.divergences import F_DIVERGENCES, optimal_discriminator
from genedu.errors import InputError


def test_it_is_the_share_of_the_data():
    p = torch.tensor([[0.2, 0.5, 0.0], [0.3, 0.0, 0.0]], dtype=torch.float64)
    q = torch.tensor([[0.6, 0.5, 0.1], [0.0, 0.2, 0.0]], dtype=torch.float64)
    want = torch.tensor([[0.25, 0.5, 0.0], [1.0, 0.0, float("nan")]], dtype=torch.float64)
    assert torch.allclose(optimal_discriminator(p, q), want, rtol=0, atol=1e-15, equal_nan=True)


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1.0, 1e308])
def test_very_small_and_very_large_densities(scale):
    p = torch.tensor([3 * scale if scale < 1e300 else scale], dtype=torch.float64)
    q = torch.tensor([scale], dtype=torch.float64)
    want = 0.75 if scale < 1e300 else 0.5
    assert optimal_discriminator(p, q).item() == pytest.approx(want, abs=2e-4)


def test_no_other_discriminator_has_a_larger_value():
    generator = torch.Generator().manual_seed(0)
    p, q = torch.rand(2, 50, generator=generator, dtype=torch.float64)
    best = optimal_discriminator(p, q)

    def value(d):
        return p * d.log() + q * (1 - d).log()

    for d in torch.rand(20, 50, generator=generator, dtype=torch.float64):
        assert (value(d) <= value(best)).all()


def test_it_is_the_activation_of_the_best_critic():
    ratio = torch.logspace(-6, 6, 25, dtype=torch.float64)
    best = optimal_discriminator(ratio, torch.ones_like(ratio))
    assert torch.allclose(best.log(), F_DIVERGENCES["gan"].optimal_critic(ratio), atol=1e-12)


def test_derivatives_by_both_densities():
    p = torch.tensor([0.3, 2.0, 0.0], dtype=torch.float64, requires_grad=True)
    q = torch.tensor([0.9, 1.0, 0.5], dtype=torch.float64, requires_grad=True)
    by_p, by_q = torch.autograd.grad(optimal_discriminator(p, q).sum(), (p, q))
    total = (p + q).detach() ** 2
    assert torch.allclose(by_p, q.detach() / total)
    assert torch.allclose(by_q, -p.detach() / total)


def test_a_point_without_density_spoils_no_derivative():
    p = torch.tensor([0.3, 0.0], requires_grad=True)
    q = torch.tensor([0.1, 0.0])
    optimal_discriminator(p, q)[0].backward()
    assert p.grad.isfinite().all()


@pytest.mark.parametrize(
    ("p", "q", "words"),
    [
        (torch.tensor([-0.1]), torch.tensor([0.1]), "`p` has values from -0.1"),
        (torch.tensor([0.1]), torch.tensor([float("nan")]), "`q` contains NaN"),
        (torch.ones(2), torch.ones(3), r"`q` has shape \(3,\), but \(2,\) is accepted"),
    ],
)
def test_bad_densities_are_named(p, q, words):
    with pytest.raises(InputError, match=words):
        optimal_discriminator(p, q)
