"""VAEs whose truth is known, and exact expectations over the noise that a model draws."""

import math

import torch
from torch import nn
from torch.distributions import MultivariateNormal
from torch.overrides import TorchFunctionMode

from genedu.divergences import gaussian_kl
from genedu.models import VAE

DOUBLE = torch.float64
DIM, LATENT, VARIANCE = 5, 2, 0.3


class noise_from(TorchFunctionMode):
    """Within this context torch draws its normal noise from given numbers, in their order."""

    def __init__(self, numbers):
        super().__init__()
        self.numbers = numbers.flatten()

    def __torch_function__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        if function in (torch.randn, torch.randn_like):
            size = result.numel()
            assert size <= len(self.numbers), "more noise was drawn than there are nodes"
            result, self.numbers = self.numbers[:size].view(result.shape), self.numbers[size:]
        return result

    def __exit__(self, *error):
        super().__exit__(*error)
        assert error[0] or len(self.numbers) == 0, "less noise was drawn than there are nodes"


def product(values, dim):
    """All tuples of ``dim`` of the values, ``(len(values)**dim, dim)``."""
    return torch.cartesian_prod(*[values] * dim).view(-1, dim)


def hermite(points, dim=1):
    """Nodes ``(points**dim, dim)`` and weights of a product rule for ``N(0, I)``.

    From the Jacobi matrix (Golub and Welsch 1969); exact for polynomials up to 2 points - 1.
    """
    off = torch.arange(1, points, dtype=DOUBLE).sqrt()
    nodes, vectors = torch.linalg.eigh(torch.diag(off, 1) + torch.diag(off, -1))
    weights = vectors[0] ** 2
    return product(nodes, dim), product(weights, dim).prod(1)


def trapezoid(points, dim=1, end=12.0):
    """Nodes ``(points**dim, dim)`` of an even grid from -end to end, and weights of ``N(0, I)``.

    For smooth functions that are not polynomials: the error falls faster than any power.
    """
    nodes = torch.linspace(-end, end, points, dtype=DOUBLE)
    weights = torch.softmax(-0.5 * nodes**2, 0)
    return product(nodes, dim), product(weights, dim).prod(1)


def expected(function, x, rule):
    """``E[function(x)]`` ``(batch, ...)`` over the draw of each row, by a rule for the noise."""
    nodes, weights = rule
    with noise_from(nodes.repeat_interleave(len(x), 0)):
        values = function(x.repeat(len(nodes), 1)).unflatten(0, (len(nodes), len(x)))
    return torch.tensordot(weights, values, 1)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def randn(*shape, seed=0):
    return torch.randn(*shape, dtype=DOUBLE, generator=rng(seed))


class LinearGaussian:
    """A linear VAE, its evidence and its posterior in closed form (Tipping and Bishop 1999)."""

    def __init__(self, orthogonal=True):
        weight = randn(DIM, LATENT, seed=1)
        if orthogonal:  # then the posterior is diagonal, and q can be the posterior
            weight = torch.linalg.qr(weight).Q * torch.tensor([2.0, 0.7], dtype=DOUBLE)
        self.weight, self.mean = weight, randn(DIM, seed=2)
        self.model = VAE(
            nn.Linear(DIM, 2 * LATENT), nn.Linear(LATENT, DIM), LATENT, likelihood="gaussian"
        ).double()
        # p(z|x) = N(M⁻¹Wᵀ(x - μ), σ²M⁻¹),  M = WᵀW + σ²I
        self.inner = weight.T @ weight + VARIANCE * torch.eye(LATENT, dtype=DOUBLE)
        self.posterior_cov = VARIANCE * torch.linalg.inv(self.inner)
        self.encoding = torch.linalg.solve(self.inner, weight.T)
        self.evidence = MultivariateNormal(
            self.mean, weight @ weight.T + VARIANCE * torch.eye(DIM, dtype=DOUBLE)
        )
        with torch.no_grad():
            self.model.decoder.weight.copy_(weight)
            self.model.decoder.bias.copy_(self.mean)
            self.model.decoder_log_var.fill_(math.log(VARIANCE))
        self.set_encoder()

    def set_encoder(self, shift=0.0, scale=1.0, spread=0.0):
        """The posterior's mean, scaled and shifted, and its variances times e^spread."""
        encoder = self.model.encoder
        log_var = self.posterior_cov.diagonal().log() + spread
        with torch.no_grad():
            encoder.weight.zero_()
            encoder.weight[:LATENT] = scale * self.encoding
            encoder.bias[:LATENT] = shift - scale * self.encoding @ self.mean
            encoder.bias[LATENT:] = log_var

    def posterior_mean(self, x):
        return (x - self.mean) @ self.encoding.T

    def gap(self, x):
        """``KL(q(z|x) ‖ p(z|x))`` in closed form."""
        mean, log_var = self.model.encode(x)
        return gaussian_kl(
            mean, torch.diag_embed(log_var.exp()), self.posterior_mean(x), self.posterior_cov
        )
