"""The Kullback-Leibler divergence between Gaussians against quadrature and fifty digits."""

import math

import pytest
import torch
from mpmath import mp
from torch.distributions import MultivariateNormal, Normal, kl_divergence

from genedu.divergences import gaussian_kl, gaussian_kl_to_standard
from genedu.errors import InputError


def random_gaussian(*batch, size, seed, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    mean, root = torch.randn(*batch, size, size + 1, generator=generator, dtype=dtype).split(
        [1, size], -1
    )
    return mean[..., 0], root @ root.mT + 0.1 * torch.eye(size, dtype=dtype)


def one_dimension(mean, variance):
    mean, variance = torch.tensor([mean, variance], dtype=torch.float64)
    return mean.view(1), variance.view(1, 1)


@pytest.mark.parametrize("size", [1, 2, 5, 30])
def test_against_torch(size):
    first, second = (random_gaussian(4, size=size, seed=seed) for seed in (0, 1))
    want = kl_divergence(MultivariateNormal(*first), MultivariateNormal(*second))
    torch.testing.assert_close(gaussian_kl(*first, *second), want, rtol=1e-10, atol=1e-10)


def test_against_quadrature():
    """∫ p log(p/q) by the trapezoid rule, which is exact for such functions."""
    x = torch.linspace(-30, 30, 6001, dtype=torch.float64)
    means, deviations = torch.tensor([[0.7, -1.0], [0.5, 2.0]], dtype=torch.float64)
    p, q = map(Normal, means, deviations)
    want = (p.log_prob(x).exp() * (p.log_prob(x) - q.log_prob(x))).sum() * 0.01
    got = gaussian_kl(*one_dimension(0.7, 0.25), *one_dimension(-1.0, 4.0))
    assert got.item() == pytest.approx(want.item(), abs=1e-12)


@pytest.mark.parametrize("exponent", range(-6, 7))
def test_variances_a_million_apart(exponent):
    ratio, offset = 10.0**exponent, 0.3
    got = gaussian_kl(*one_dimension(0.0, 2 * ratio), *one_dimension(offset, 2.0)).item()
    with mp.workdps(50):
        v0, v1 = mp.mpf(2 * ratio), mp.mpf(2)
        want = (mp.log(v1 / v0) - 1 + v0 / v1 + mp.mpf(offset) ** 2 / v1) / 2
    assert got == pytest.approx(float(want), rel=1e-10, abs=1e-10)


def test_correlated_and_far_apart():
    """Eigenvalues from 1e-3 to 1e3 along turned axes, in fifty digits."""
    turn = torch.linalg.qr(random_gaussian(size=3, seed=5)[1]).Q
    scales = torch.tensor([1e-3, 1.0, 1e3], dtype=torch.float64)
    cov0, cov1 = turn @ scales.diag() @ turn.mT, turn.mT @ scales.flip(0).diag() @ turn
    cov0, cov1 = (cov0 + cov0.mT) / 2, (cov1 + cov1.mT) / 2
    mean0, mean1 = random_gaussian(2, size=3, seed=6)[0]
    with mp.workdps(50):
        s0, s1 = mp.matrix(cov0.tolist()), mp.matrix(cov1.tolist())
        gap = mp.matrix(mean0.tolist()) - mp.matrix(mean1.tolist())
        product = s1**-1 * s0
        want = mp.log(mp.det(s1) / mp.det(s0)) - 3 + sum(product[i, i] for i in range(3))
        want = (want + (gap.T * s1**-1 * gap)[0]) / 2
    got = gaussian_kl(mean0, cov0, mean1, cov1).item()
    assert got == pytest.approx(float(want), rel=1e-10)


def test_gradients_in_closed_form():
    arguments = [*random_gaussian(size=3, seed=2), *random_gaussian(size=3, seed=3)]
    mean0, cov0, mean1, cov1 = (value.requires_grad_() for value in arguments)
    slopes = torch.autograd.grad(gaussian_kl(*arguments), arguments)
    inverse0, inverse1, gap = cov0.inverse(), cov1.inverse(), mean0 - mean1
    pulled = inverse1 @ (cov0 + torch.outer(gap, gap)) @ inverse1
    wanted = [
        inverse1 @ gap,
        (inverse1 - inverse0) / 2,
        -inverse1 @ gap,
        (inverse1 - pulled) / 2,
    ]
    for got, want in zip(slopes, wanted, strict=True):
        torch.testing.assert_close(got, want, rtol=1e-10, atol=1e-10)


def test_leading_axes_broadcast():
    mean0, cov0 = random_gaussian(4, 1, size=2, seed=0)
    mean1, cov1 = random_gaussian(3, size=2, seed=1)
    got = gaussian_kl(mean0, cov0, mean1, cov1)
    assert got.shape == (4, 3)
    torch.testing.assert_close(got[2, 1], gaussian_kl(mean0[2, 0], cov0[2, 0], mean1[1], cov1[1]))
    assert gaussian_kl(mean0, cov0, mean0[0, 0], cov0[0, 0]).shape == (4, 1)
    assert gaussian_kl(mean1, cov1[0], mean1[0], cov1[0])[0].item() == pytest.approx(0, abs=1e-15)


def test_float32():
    first, second = (random_gaussian(5, size=4, seed=seed) for seed in (0, 1))
    want = gaussian_kl(*first, *second)
    got = gaussian_kl(*(value.float() for value in (*first, *second)))
    assert got.dtype == torch.float32
    torch.testing.assert_close(got.double(), want, rtol=1e-3, atol=1e-3)


def test_to_standard_is_the_diagonal_case():
    generator = torch.Generator().manual_seed(0)
    mean, log_var = torch.randn(2, 6, 5, 3, generator=generator, dtype=torch.float64)
    cov = torch.diag_embed(log_var.exp())
    standard = torch.zeros(3).double(), torch.eye(3).double()
    got = gaussian_kl_to_standard(mean, log_var)
    assert got.shape == (6, 5)
    torch.testing.assert_close(got, gaussian_kl(mean, cov, *standard), rtol=1e-12, atol=1e-12)


def test_to_standard_far_out_and_close_by():
    log_var = torch.tensor([-700.0, -14.0, -1e-9, 0.0, 14.0, 700.0], dtype=torch.float64)
    got = gaussian_kl_to_standard(torch.zeros(6, 1).double(), log_var[:, None])
    with mp.workdps(50):
        want = [float((mp.exp(mp.mpf(s)) - 1 - mp.mpf(s)) / 2) for s in log_var.tolist()]
    assert got.tolist() == pytest.approx(want, rel=1e-10, abs=1e-20)


def test_gradients_to_standard():
    """By the mean: the mean. By log σ²: ½(σ² - 1)."""
    mean, log_var = torch.tensor([[0.5, -2.0], [0.3, -1.0]]).double().requires_grad_()
    slopes = torch.autograd.grad(gaussian_kl_to_standard(mean, log_var), (mean, log_var))
    torch.testing.assert_close(slopes[0], mean.detach())
    torch.testing.assert_close(slopes[1], (log_var.detach().exp() - 1) / 2)


MEAN, COV = torch.zeros(2), torch.eye(2)


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda: gaussian_kl(MEAN, -COV, MEAN, COV), "`cov0` is not positive definite"),
        (lambda: gaussian_kl(MEAN, COV, MEAN, COV * 0), "`cov1` is not positive definite"),
        (
            lambda: gaussian_kl(MEAN, torch.stack([COV, 1 - 3 * COV]), MEAN, COV),
            "`cov0` is not positive definite",
        ),
        (lambda: gaussian_kl(MEAN, COV, MEAN, COV.cumsum(0)), "`cov1` is not symmetric"),
        (
            lambda: gaussian_kl(MEAN, COV, torch.zeros(3), COV),
            "`mean1` has shape (3,), but (..., 2) is accepted",
        ),
        (
            lambda: gaussian_kl(MEAN, torch.ones(2), MEAN, COV),
            "`cov0` has shape (2,), but (..., 2, 2) is accepted",
        ),
        (
            lambda: gaussian_kl(MEAN.expand(3, 2), COV, MEAN.expand(4, 2), COV),
            "leading axes that broadcast",
        ),
        (lambda: gaussian_kl(MEAN * math.nan, COV, MEAN, COV), "`mean0` contains NaN"),
        (lambda: gaussian_kl(MEAN.double(), COV, MEAN, COV), "but one dtype is accepted"),
        (lambda: gaussian_kl(MEAN[0], COV, MEAN, COV), "`mean0` has shape ()"),
        (
            lambda: gaussian_kl_to_standard(MEAN, torch.zeros(3)),
            "`log_var` has shape (3,), but (2,) is accepted",
        ),
        (lambda: gaussian_kl_to_standard(MEAN, None), "`log_var` is NoneType"),
        (lambda: gaussian_kl_to_standard(MEAN[0], MEAN[0]), "`mean` has shape ()"),
    ],
)
def test_bad_input(call, sentence):
    with pytest.raises(InputError) as error:
        call()
    assert sentence in str(error.value)
    assert isinstance(error.value, ValueError)
