"""The table of f-divergences against fifty-digit arithmetic, numeric suprema and autograd."""

import math

import pytest
import torch
from f_truth import CASES, TRUTH, close, every_divergence, every_row, mp, tensor

from genedu.divergences import F_DIVERGENCES, Domain, FDivergence, alpha_divergence

RATIOS = torch.logspace(-6, 6, 121, dtype=torch.float64)  # 1 is one of them


def critic_values(row):
    """Values all over the domain: near its end, far down, and at the optimum of many ratios."""
    end = row.domain.high
    if math.isfinite(end):
        spread = end - tensor(1e-6, 1e-3, 0.1, 0.5, 1.0, 3.0, 20.0)
    else:
        spread = tensor(-20.0, -3.0, -2.0, -1.0, -0.1, 0.0, 0.3, 1.0, 8.0)
    return torch.cat([spread, row.optimal_critic(RATIOS[10:-10:10])])


def supremum(truth, t):
    """``sup_u {ut - f(u)}`` by golden section in ln u: the function has one hill."""
    low, high, golden = mp.mpf(-120), mp.mpf(200), (mp.sqrt(5) - 1) / 2

    def value(x):
        return mp.exp(x) * t - truth(mp.exp(x))

    for _ in range(80):
        width = golden * (high - low)
        a, b = high - width, low + width
        low, high = (a, high) if value(a) < value(b) else (low, b)
    return max(value(low), value(high))


def test_the_table_has_the_eleven_rows():
    assert list(F_DIVERGENCES) == list(TRUTH)
    assert all(isinstance(row, FDivergence) for row in F_DIVERGENCES.values())


@every_row
def test_generator_from_a_millionth_to_a_million(row, truth):
    close(row.generator(RATIOS), [truth(mp.mpf(u)) for u in RATIOS.tolist()])


@every_row
def test_generator_at_the_ends(row, truth):
    zero, negative = row.generator(tensor(0.0, -1.0)).tolist()
    near = truth(mp.mpf("1e-48"))
    assert zero == math.inf if near > 100 else abs(zero - near) < 1e-10
    assert negative == math.inf


@every_row
def test_conjugate_is_the_supremum(row, truth):
    values = critic_values(row)
    close(row.conjugate(values), [supremum(truth, mp.mpf(t)) for t in values.tolist()], 1e-8)


@every_row
def test_conjugate_of_the_conjugate_is_the_generator(row, truth):
    """f(u) = sup_t {ut - f*(t)}, attained at T*(u) and nowhere passed."""
    for u in (0.01, 0.5, 1.0, 2.0, 50.0):
        best = row.optimal_critic(tensor(u))
        assert (u * best - row.conjugate(best)).item() == pytest.approx(float(truth(u)), abs=1e-10)
        values = critic_values(row)
        values = values[row.domain.contains(values)]
        assert (u * values - row.conjugate(values)).max() <= float(truth(u)) + 1e-10


@every_divergence
def test_domain_ends_where_the_conjugate_does(row):
    low, high, closed = row.domain
    if math.isinf(high):
        assert row.conjugate(tensor(math.inf)).item() == math.inf
        return
    inside, end, outside = row.conjugate(tensor(high - 1e-9, high, high + 1e-9)).tolist()
    assert math.isfinite(inside)
    assert math.isfinite(end) == closed
    assert outside == math.inf
    assert row.domain.contains(tensor(high - 1e-9, high, high + 1e-9)).tolist() == [1, closed, 0]
    assert bool(row.domain.contains(low)) == math.isfinite(low)


def test_ends_that_belong_to_the_domain():
    assert F_DIVERGENCES["neyman"].conjugate(tensor(1.0)).item() == 2
    for alpha in (-0.5, -1.0, -3.0):  # f*(1/(1-α)) = -1/α: the limit of u/(1-α) - f(u)
        row = alpha_divergence(alpha)
        assert row.conjugate(tensor(row.domain.high)).item() == pytest.approx(-1 / alpha)


def test_total_variation_asks_the_critic_to_stay_within_a_half():
    assert F_DIVERGENCES["total_variation"].domain == Domain(-0.5, 0.5, True)
    assert F_DIVERGENCES["total_variation"].conjugate(tensor(-3.0)).item() == -0.5


@every_divergence
def test_conjugate_without_overflow(row):
    t = tensor(-1e300, -1e4, -800.0, -709.0)
    value = row.conjugate(t)
    assert value.isfinite().all()
    # f* rises and stays above -f(0), its limit
    assert (value.diff() >= 0).all()
    lowest = -row.generator(tensor(0.0))  # up to its own rounding
    assert (value >= lowest - 1e-14 * lowest.abs()).all()
    assert torch.equal(row.conjugate(tensor(-math.inf)), lowest)


def test_lambert_w_far_from_the_middle():
    """t from -1e6 to 700, where W(e^{1-t}) itself is 1e6 or 1e-304."""
    t = torch.cat([-torch.logspace(-3, 6, 40), torch.linspace(0, 700, 71)]).double()

    def truth(t):
        # w + ln w = 1 - t is increasing in ln w
        goal, low, high = 1 - mp.mpf(t), mp.mpf(-1000), mp.mpf(1000)
        for _ in range(150):
            middle = (low + high) / 2
            low, high = (middle, high) if middle + mp.exp(middle) < goal else (low, middle)
        w = mp.exp(low)
        return w + 1 / w + mp.mpf(t) - 2

    close(F_DIVERGENCES["jeffreys"].conjugate(t), [truth(value) for value in t.tolist()])


@every_row
def test_optimal_critic_is_the_derivative(row, truth):
    ratios = RATIOS[(RATIOS - 1).abs() > 1e-9].requires_grad_()
    (slope,) = torch.autograd.grad(row.generator(ratios).sum(), ratios)
    torch.testing.assert_close(row.optimal_critic(ratios).detach(), slope, rtol=1e-10, atol=1e-10)
    probes = (0.003, 0.7, 1.4, 900.0)
    close(row.optimal_critic(tensor(*probes)), [mp.diff(truth, mp.mpf(u)) for u in probes])


@pytest.mark.parametrize(
    "row",
    # at T* = ±½ the conjugate of total variation has no slope
    [pytest.param(row, id=name) for name, row, _ in CASES if name != "total_variation"],
)
def test_slope_of_the_conjugate_is_the_best_ratio(row):
    """f*'(T*(r)) = r: autograd, also twice."""
    ratios = tensor(0.02, 0.5, 1.0, 3.0, 40.0).requires_grad_()
    critic = row.optimal_critic(ratios)
    (slope,) = torch.autograd.grad(row.conjugate(critic).sum(), critic, create_graph=True)
    torch.testing.assert_close(slope, ratios, rtol=1e-9, atol=1e-10)
    (second,) = torch.autograd.grad(slope.sum(), ratios)
    torch.testing.assert_close(second, torch.ones_like(second), rtol=1e-7, atol=1e-8)


def test_slopes_at_the_kinks():
    t = tensor(-3.0, -2.0, 0.0).requires_grad_()
    F_DIVERGENCES["pearson"].conjugate(t).sum().backward()
    assert t.grad.tolist() == [0.0, 0.0, 1.0]
    row = alpha_divergence(3.0)  # the base of the power is 0 at t = -1/2
    t = tensor(-1.0, -0.5, 0.0).requires_grad_()
    row.conjugate(t).sum().backward()
    assert t.grad.tolist() == [0.0, 0.0, 1.0]
    u = tensor(0.5, 1.0, 2.0).requires_grad_()
    F_DIVERGENCES["total_variation"].generator(u).sum().backward()
    assert u.grad.tolist() == [-0.5, 0.0, 0.5]  # at 1 any slope between; autograd's is 0


@every_divergence
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_activation_stays_inside_with_finite_slopes(row, dtype):
    v = torch.tensor([-80.0, -5.0, 0.0, 5.0, 40.0, 80.0], dtype=dtype, requires_grad=True)
    critic = row.activation(v)
    assert critic.dtype == dtype
    assert row.domain.contains(critic).all()
    assert (critic.diff() >= 0).all()
    (slope,) = torch.autograd.grad(critic.sum(), v)
    assert slope.isfinite().all()
    penalty = row.conjugate(critic)
    grows = penalty.isposinf() & (row.conjugate_of_activation(v) == math.inf)
    assert (penalty.isfinite() | grows).all()  # e^80 squared is beyond float32


@every_divergence
def test_conjugate_of_activation_is_the_composition(row):
    v = torch.linspace(-6, 6, 25, dtype=torch.float64, requires_grad=True)
    both = row.conjugate_of_activation(v), row.conjugate(row.activation(v))
    torch.testing.assert_close(*both, rtol=1e-10, atol=1e-10)
    slopes = [torch.autograd.grad(value.sum(), v)[0] for value in both]
    torch.testing.assert_close(*slopes, rtol=1e-9, atol=1e-9)


def test_a_confident_critic_pays_in_full():
    """In float32 ln 2 - softplus(-60) is ln 2, but f* of the exact number is 60 - ln 2."""
    v = torch.tensor([60.0], requires_grad=True)
    value = F_DIVERGENCES["jensen_shannon"].conjugate_of_activation(v)
    assert value.item() == pytest.approx(60 - math.log(2), rel=1e-6)
    value.backward()
    assert v.grad.item() == 1.0
