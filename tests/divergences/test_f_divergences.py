"""Divergences of finite distributions and their bounds: exact values, limits, slopes, errors."""

import math

import pytest
import torch
from f_truth import TRUTH, close, every_divergence, every_row, mp, tensor

from genedu.divergences import (
    F_DIVERGENCES,
    FDivergence,
    alpha_divergence,
    js_divergence,
    kl_divergence,
    weighted_jensen_shannon,
)
from genedu.errors import InputError

# Ratios p/q from 1e-6 to 1e6 and 1.
P = torch.tensor([0.5, 0.5e-6, 1e-7, 0.2, 0.1, 0.2 - 0.5e-6 - 1e-7], dtype=torch.float64)
Q = torch.tensor([0.5e-6, 0.5, 0.1, 0.2, 1e-7, 0.2 - 0.5e-6 - 1e-7], dtype=torch.float64)


def total(truth, p, q):
    """``Σ q f(p/q)`` for positive ``p`` and ``q``."""
    pairs = zip(p, q, strict=True)
    return mp.fsum(mp.mpf(b) * truth(mp.mpf(a) / mp.mpf(b)) for a, b in pairs)


@every_row
def test_divergence_against_fifty_digits(row, truth):
    close(row.divergence(P, Q)[None], [total(truth, P.tolist(), Q.tolist())])


@every_divergence
def test_bound_is_tight_at_the_optimal_critic_and_below_elsewhere(row):
    truth = row.divergence(P, Q)
    best = row.optimal_critic(P / Q)
    assert (row.bound(P, Q, best) - truth).abs() <= 1e-12 * (1 + truth.abs())
    generator = torch.Generator().manual_seed(0)
    for scale in (0.01, 0.1, 1.0):
        noise = torch.randn(50, len(P), generator=generator, dtype=torch.float64)
        critics = row.domain.clip(best + scale * noise)
        bounds = row.bound(P.expand(50, -1), Q.expand(50, -1), critics)
        assert (bounds <= truth + 1e-12 * (1 + truth.abs())).all()


@every_divergence
def test_bound_of_an_activation_can_be_learned(row):
    """Gradient of the bound by v: finite, and 0 at the optimum (which ½tanh v never reaches)."""
    p, q = tensor(0.2, 0.3, 0.5), tensor(0.4, 0.35, 0.25)
    v = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([v], max_iter=200, tolerance_grad=1e-12, tolerance_change=0)

    def closure():
        optimizer.zero_grad()
        loss = -row.bound(p, q, row.activation(v))
        loss.backward()
        return loss

    optimizer.step(closure)
    truth = row.divergence(p, q).item()
    tolerance = 1e-3 if row is F_DIVERGENCES["total_variation"] else 1e-9
    assert truth - tolerance <= row.bound(p, q, row.activation(v)).item() <= truth + 1e-12


INFINITE_P0 = {"reverse_kl", "neyman", "jeffreys"}  # p = 0 < q
INFINITE_Q0 = {"kl", "pearson", "jeffreys"}  # q = 0 < p


@pytest.mark.parametrize("key", F_DIVERGENCES)
def test_zeros_are_limits(key):
    row, truth = F_DIVERGENCES[key], TRUTH[key]
    holed, full = tensor(0.0, 0.5, 0.5, 0.0), tensor(0.2, 0.3, 0.5, 0.0)
    tiny = mp.mpf("1e-40")
    pairs = [(holed, full, key in INFINITE_P0), (full, holed, key in INFINITE_Q0)]
    for p, q, infinite in pairs:
        got = row.divergence(p, q).item()
        if infinite:
            assert got == math.inf
        else:
            want = total(truth, *([x or tiny for x in y.tolist()] for y in (p, q)))
            assert got == pytest.approx(float(want), abs=1e-10)
        assert row.bound(p, q, row.optimal_critic(p / q)).item() == pytest.approx(got, abs=1e-12)


@every_divergence
def test_slopes_of_the_divergence_are_the_critic_and_its_penalty(row):
    """∂D/∂p = T*, ∂D/∂q = -f*(T*), by Fenchel's equality, also beside outcomes with p or q 0."""
    p, q = tensor(0.2, 0.3, 0.5), tensor(0.25, 0.7, 0.05)
    p.requires_grad_(), q.requires_grad_()
    slopes = torch.autograd.grad(row.divergence(p, q), (p, q))
    critic = row.optimal_critic(p / q).detach()
    torch.testing.assert_close(slopes[0], critic, rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(slopes[1], -row.conjugate(critic), rtol=1e-9, atol=1e-10)

    p, q = tensor(0.0, 0.3, 0.5, 0.2, 0.0), tensor(0.25, 0.7, 0.05, 0.0, 0.0)
    p.requires_grad_(), q.requires_grad_()
    value = row.divergence(p, q)
    slopes = torch.autograd.grad(value, (p, q))
    assert slopes[0][1:3].isfinite().all()
    assert slopes[1][1:3].isfinite().all()
    assert not torch.cat(slopes).isnan().any()
    if value.isfinite():
        assert torch.cat(slopes).isfinite().all()
    start = row.optimal_critic(tensor(0.0))
    assert slopes[0][0] == torch.where(start.isfinite(), start, 0.0)
    assert slopes[1][0] == row.generator(tensor(0.0))
    assert slopes[0][4] == slopes[1][4] == 0


def test_a_target_with_zeros_can_be_fitted():
    """KL(one-hot‖softmax) is the cross-entropy; its gradient is softmax minus one-hot."""
    p = tensor(0.0, 1.0, 0.0)
    logits = tensor(0.3, -1.0, 0.5).requires_grad_()
    kl_divergence(p, logits.softmax(0)).backward()
    torch.testing.assert_close(logits.grad, logits.detach().softmax(0) - p)


def test_no_ratio_overflows():
    p, q = tensor(1.0, 0.0), tensor(1e-310, 1.0)
    assert kl_divergence(p, q).item() == pytest.approx(310 * math.log(10), rel=1e-10)
    p, q = torch.tensor([1.0, 0.0]), torch.tensor([1e-30, 1.0])
    assert F_DIVERGENCES["pearson"].divergence(p, q).item() == pytest.approx(1e30, rel=1e-6)


def test_no_slope_overflows_on_the_side_that_is_not_used():
    p, q = tensor(1e-200, 1.0).requires_grad_(), tensor(1.0, 1e-200).requires_grad_()
    pearson, neyman = F_DIVERGENCES["pearson"], F_DIVERGENCES["neyman"]
    (slope,) = torch.autograd.grad(pearson.divergence(p, q), p)
    assert slope[0] == -2
    (slope,) = torch.autograd.grad(neyman.divergence(p, q), q)
    assert slope[1] == -2


def test_identities():
    generator = torch.Generator().manual_seed(1)
    p, q = torch.rand(2, 20, 7, generator=generator, dtype=torch.float64) ** 3
    p, q = p / p.sum(-1, keepdim=True), q / q.sum(-1, keepdim=True)
    middle = (p + q) / 2
    value = {key: row.divergence(p, q) for key, row in F_DIVERGENCES.items()}
    jsd = 0.5 * ((p * (p / middle).log()).sum(-1) + (q * (q / middle).log()).sum(-1))
    alpha = {a: alpha_divergence(a).divergence(p, q) for a in (-1, 0.5, 2, 1e-5, 1 - 1e-5)}
    for got, want, tolerance in [
        (js_divergence(p, q), jsd, 1e-14),
        (value["jensen_shannon"], 2 * jsd, 1e-14),
        (value["weighted_jensen_shannon"], jsd, 1e-14),
        (value["gan"], 2 * jsd - math.log(4), 1e-14),
        (value["jeffreys"], value["kl"] + value["reverse_kl"], 1e-12),
        (value["total_variation"], 0.5 * (p - q).abs().sum(-1), 1e-14),
        (value["kl"], kl_divergence(p, q), 0),
        (value["reverse_kl"], kl_divergence(q, p), 1e-12),
        (value["neyman"], F_DIVERGENCES["pearson"].divergence(q, p), 1e-12),
        (alpha[2], value["pearson"] / 2, 1e-12),
        (alpha[-1], value["neyman"] / 2, 1e-12),
        (alpha[0.5], 2 * value["squared_hellinger"], 1e-13),
        (alpha[1 - 1e-5], value["kl"], 1e-3),
        (alpha[1e-5], value["reverse_kl"], 1e-3),
        (
            weighted_jensen_shannon(0.2).divergence(p, q),
            weighted_jensen_shannon(0.8).divergence(q, p),
            1e-14,
        ),
    ]:
        torch.testing.assert_close(got, want, rtol=tolerance, atol=tolerance)


def test_jensen_shannon_between_equal_and_disjoint():
    p, q = tensor(1.0, 0.0), tensor(0.0, 1.0)
    assert js_divergence(p, p).item() == 0
    assert js_divergence(p, q).item() == pytest.approx(math.log(2), abs=1e-15)


@pytest.mark.parametrize(
    "key, optimum",
    [
        ("kl", (0.28809, 1.0100, 1.8304)),
        ("reverse_kl", (0.25067, 1.5841, 1.6294)),
        ("jensen_shannon", (0.12983, 1.3125, 1.7525)),
    ],
)
def test_the_gaussian_nearest_to_a_mixture(key, optimum):
    """0.33 N(-1, 0.0625) + 0.67 N(2, 2), the example of Nowozin et al. (2016), by integration.

    One Newton step from the known mean and deviation must stay there.
    """
    x = torch.linspace(-25, 30, 5501, dtype=torch.float64)
    narrow, wide = (-8 * (x + 1) ** 2).exp() * 4, (-((x - 2) ** 2) / 4).exp() / math.sqrt(2)
    p = 0.33 * narrow + 0.67 * wide
    p = p / p.sum()
    value, mean, deviation = optimum

    def distance(at):
        q = (-(((x - at[0]) / at[1]) ** 2) / 2).softmax(0)
        return F_DIVERGENCES[key].divergence(p, q)

    at = tensor(mean, deviation).requires_grad_()
    (slope,) = torch.autograd.grad(distance(at), at)
    curvature = torch.autograd.functional.hessian(distance, at)
    assert (torch.linalg.eigvalsh(curvature) > 0.01).all()
    assert torch.linalg.solve(curvature, slope).abs().max() < 1e-4
    assert distance(at).item() == pytest.approx(value, abs=1e-5)


@every_divergence
def test_batches_and_float32(row):
    generator = torch.Generator().manual_seed(2)
    p, q = torch.rand(2, 3, 4, 5, generator=generator).softmax(-1)
    value = row.divergence(p, q)
    assert value.shape == (3, 4)
    assert value.dtype == torch.float32
    exact = row.divergence(*(x.double() / x.double().sum(-1, keepdim=True) for x in (p, q)))
    torch.testing.assert_close(value.double(), exact, rtol=1e-4, atol=1e-6)
    assert row.bound(p, q, row.optimal_critic(p / q)).shape == (3, 4)
    torch.testing.assert_close(value[1, 2], row.divergence(p[1, 2], q[1, 2]))


@every_row
def test_a_row_needs_only_the_five(row, truth):
    five = FDivergence(
        row._generator, row._conjugate, row.domain, row._activation, row._optimal_critic
    )
    want = row.divergence(P, Q).item()
    assert five.divergence(P, Q).item() == pytest.approx(want, rel=1e-9)
    v = tensor(-1.0, 0.0, 2.0)
    torch.testing.assert_close(five.conjugate_of_activation(v), row.conjugate_of_activation(v))


def test_a_critic_out_of_its_domain_proves_nothing():
    row, p, q = F_DIVERGENCES["jensen_shannon"], tensor(0.5, 0.5, 0.0), tensor(0.5, 0.0, 0.5)
    high = row.domain.high
    for values in ((high, 0, 0), (0, high + 0.1, 0), (0, 0, high), (math.inf, 0, 0)):
        assert row.bound(p, q, tensor(*values)).item() == -math.inf
    assert row.bound(p, q, tensor(0.0, high, -math.inf)).item() == pytest.approx(math.log(2))
    kl = F_DIVERGENCES["kl"]
    assert kl.bound(p, q, tensor(-math.inf, math.inf, 0)).item() == -math.inf
    assert kl.bound(p, q, tensor(0, math.inf, 0)).item() == math.inf


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda row, p: row.divergence(p, p[:2] * 2), "`q` has shape (2,), but (4,) is accepted"),
        (lambda row, p: row.divergence(p * 0.9, p), "`p` sums to 0.9 along its last axis"),
        (lambda row, p: row.divergence(p, p + tensor(-0.3, 0.3, 0, 0)), "`q` has values from"),
        (lambda row, p: row.divergence(p, p * math.nan), "`q` contains NaN"),
        (lambda row, p: row.divergence(p.tolist(), p), "`p` is list, but a torch.Tensor"),
        (lambda row, p: row.divergence(p, p.long()), "`q` has dtype torch.int64"),
        (lambda row, p: row.divergence(p.sum(), p), "`p` has shape ()"),
        (lambda row, p: row.bound(p, p, p[:3]), "`critic_values` has shape (3,), but (4,)"),
        (lambda row, p: row.bound(p, p, p * math.nan), "`critic_values` contains NaN"),
        (lambda row, p: row.generator(2.0), "`u` is float, but a floating-point"),
        (lambda row, p: row.conjugate(p.long()), "`t` is torch.int64"),
        (lambda row, p: row.activation(None), "`v` is NoneType"),
        (lambda row, p: row.optimal_critic([1]), "`ratio` is list"),
        (lambda row, p: js_divergence(p, p[:3] * 4 / 3), "`q` has shape (3,)"),
        (lambda row, p: alpha_divergence(0), "F_DIVERGENCES['reverse_kl']"),
        (lambda row, p: alpha_divergence(1.0), "`alpha` is 1, but a number other than 0 and 1"),
        (lambda row, p: alpha_divergence(math.nan), "`alpha` is nan, but a finite number"),
        (lambda row, p: weighted_jensen_shannon(0), "`weight` is 0, but"),
        (lambda row, p: weighted_jensen_shannon(1), "between 0 and 1"),
        (lambda row, p: weighted_jensen_shannon("a"), "`weight` is 'a'"),
    ],
)
def test_bad_input(call, sentence):
    with pytest.raises(InputError) as error:
        call(F_DIVERGENCES["kl"], tensor(0.25, 0.25, 0.25, 0.25))
    assert sentence in str(error.value)
    assert isinstance(error.value, ValueError)


def test_a_negative_ratio_has_no_critic():
    critic = F_DIVERGENCES["pearson"].optimal_critic(tensor(-1.0, 2.0))
    assert critic[0].isnan()
    assert critic[1] == 2
