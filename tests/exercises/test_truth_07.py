"""The references of chapter 7 against quadrature, autograd and a search."""

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from genedu.exercises.cases import Draw
from genedu.exercises.registry import find
from genedu.exercises.typed import declare, parse


def reference(id):
    return find(id).reference


def cases(id):
    return [case.args for case in find(id).cases(Draw())]


def test_price_is_the_divergence_of_torch():
    for mean, log_var in cases("vae.price"):
        q = Normal(mean, (log_var / 2).exp())
        torch.testing.assert_close(
            reference("vae.price")(mean, log_var), kl_divergence(q, Normal(0.0, 1.0))
        )


def test_spot_s_right_form_integrates_to_one():
    question = find("vae.spot")
    form = parse(question.right_form, declare(question.symbols))
    z, std = torch.linspace(-20, 20, 8001, dtype=torch.double), 2.5
    noise_density = Normal(0.0, 1.0).log_prob(z / std).exp()
    factor = float(form.subs({each: {"p": 1, "s": std}[each.name] for each in form.free_symbols}))
    assert torch.trapezoid(factor * noise_density, z) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("a", "b", "m", "v"), [(1.6, 0.2, 0.0, 1.0), (-0.4, 0.9, 0.3, 0.1)])
def test_gap_is_what_quadrature_finds(a, b, m, v):
    question = find("vae.gap")
    form = parse(question.reference, declare(question.symbols))
    values = {
        symbol: {"a": a, "b": b, "m": m, "v": v}[symbol.name] for symbol in form.free_symbols
    }
    z = torch.linspace(-12, 12, 40_001, dtype=torch.double)
    log_q, log_posterior = (
        Normal(*torch.tensor([x, y**0.5], dtype=z.dtype)).log_prob(z) for x, y in ((m, v), (a, b))
    )
    gap = torch.trapezoid(log_q.exp() * (log_q - log_posterior), z).item()
    assert float(form.subs(values)) == pytest.approx(gap, abs=1e-8)


def test_alive_is_what_a_search_over_the_decoder_finds():
    for eigenvalues, noise, beta in cases("vae.alive"):
        weight = torch.linspace(0, 3, 30_001, dtype=torch.double)
        paid = []
        for eigenvalue in eigenvalues.tolist():
            # for a fixed decoder weight the best q is the posterior under the noise β σ²
            slope = weight / (weight**2 + beta * noise)
            variance = beta * noise / (weight**2 + beta * noise)
            missed = eigenvalue * (1 - weight * slope) ** 2 + weight**2 * variance
            price = 0.5 * (slope**2 * eigenvalue + variance - 1 - variance.log())
            paid.append(price[(beta * price + missed / (2 * noise)).argmin()])
        paid = torch.stack(paid)
        number, nats = reference("vae.alive")(eigenvalues, noise, beta)
        assert number == int((paid > 1e-6).sum())
        assert nats == pytest.approx(paid.sum().item(), abs=1e-3)


def test_noise_is_where_the_slope_vanishes():
    for x, mean in cases("vae.noise"):
        best = reference("vae.noise")(x, mean).clone().requires_grad_()
        total = Normal(mean, (best / 2).exp()).log_prob(x).sum()
        (slope,) = torch.autograd.grad(total, best)
        assert slope == pytest.approx(0, abs=1e-9)


def test_rate_is_what_the_log_likelihood_gains():
    question = find("vae.rate")
    form = parse(question.reference, declare(question.symbols))
    x, mean = cases("vae.noise")[2]
    better = mean + 0.7 * (x - mean)
    errors, nats = {}, {}
    for name, drawn in (("a", mean), ("b", better)):
        errors[name] = (x - drawn).square().mean().item()
        log_var = reference("vae.noise")(x, drawn)
        nats[name] = Normal(drawn, (log_var / 2).exp()).log_prob(x).mean().item()
    gained = float(form.subs({each: errors[each.name] for each in form.free_symbols}))
    assert gained == pytest.approx(nats["b"] - nats["a"], abs=1e-12)


def test_baseline_scatters_least():
    for values, score in cases("vae.baseline"):
        best = reference("vae.baseline")(values, score).item()

        def square(b, values=values, score=score):
            return ((values - b) ** 2 * score**2).mean().item()

        assert square(best) < min(square(best - 0.01), square(best + 0.01))
