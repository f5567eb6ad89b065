"""``vae-collapse``: which latents of a linear VAE live (Lucas et al. 2019)."""

from sympy import Integer, Max, log

from ..averages import DataAvg
from ..calculus import At
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Normal
from ..implementations import Implementation
from ..integrals import KL
from ..nodes import Named, Tensor, board, indices
from .vae_collapse_bound import (
    BEST_A,
    BEST_V,
    DATA,
    LOUD,
    NOISE,
    QUIET,
    D,
    a,
    beta,
    bound,
    c,
    decoder,
    direction,
    encoder,
    half,
    lam,
    q,
    sigma,
    silence,
    v,
    w,
    x,
    z,
)

(k,) = indices("k")


def price() -> Chain:
    """What any linear encoder pays."""
    steps = (
        Step(
            DataAvg(KL(q, Normal(z, 0, 1), z), x),
            r"The price on average over the data, now by itself.",
        ),
        Step(
            DataAvg(half * (a**2 * x**2 + v - 1 - log(v)), x),
            r"The divergence of $\mathcal{N}(ax, v)$ from the prior.",
        ),
        Step(half * (a**2 * lam + v - 1 - log(v)), r"$\lambda$ is the mean of $x^2$."),
    )
    claim = Claim(DataAvg(KL(q, Normal(z, 0, 1), z), x), "=", half * (a**2 * lam + v - 1 - log(v)))
    return Chain("What the latent pays", claim, steps, DATA)


def alive(paid: Named) -> Chain:
    """The price of the best encoder for the best decoder, if it listens."""
    steps = (
        Step(
            paid,
            r"The price of the best encoder, $a = a^*$ and $v = v^*$, for the best decoder: "
            r"$w^2 = \lambda - \beta\sigma^2$, with $\lambda > \beta\sigma^2$.",
        ),
        Step(
            half * (log(c / (beta * sigma**2)) + w**2 / c * (lam / c - 1)),
            r"$v^* - 1 = -w^2/c$.",
        ),
        Step(half * log(lam / (beta * sigma**2)), r"$c = \lambda$: the second term vanishes."),
        Step(
            Max(0, half * log(lam / (beta * sigma**2))),
            r"The logarithm is positive, for $\lambda > \beta\sigma^2$.",
        ),
    )
    claim = Claim(paid, "=", Max(0, half * log(lam / (beta * sigma**2))))
    return Chain("A latent that lives", claim, steps, LOUD)


def dead(paid: Named) -> Chain:
    """The price of the best encoder for a decoder that does not listen."""
    steps = (
        Step(
            At(paid, w, Integer(0)),
            r"The same price for the best decoder if $\lambda < \beta\sigma^2$; at equality both "
            "cases meet.",
        ),
        Step(
            Integer(0),
            r"$a^* = 0$ and $v^* = 1$: for every $x$ the encoder answers with the prior.",
        ),
        Step(
            Max(0, half * log(lam / (beta * sigma**2))),
            r"The logarithm is negative, for $\lambda < \beta\sigma^2$.",
        ),
    )
    claim = Claim(At(paid, w, Integer(0)), "=", Max(0, half * log(lam / (beta * sigma**2))))
    return Chain("A latent that is dead", claim, steps, QUIET)


def derivation() -> Derivation:
    with board():
        paid = Named(r"\mathrm{KL}", half * (BEST_A**2 * lam + BEST_V - 1 - log(BEST_V)))
        chains = (
            direction(),
            bound(),
            encoder(),
            decoder(),
            silence(),
            price(),
            alive(paid),
            dead(paid),
        )
        spectrum = Tensor("lambda", D, kind="falling")
        first = [sum(len(chain.steps) for chain in chains[:n]) for n in range(len(chains))]
        return Derivation(
            id="vae-collapse",
            title="Which latents of a linear VAE live",
            statement=r"Along a principal direction with variance $\lambda$ the best decoder has "
            r"$w^2 = \max(0, \lambda - \beta\sigma^2)$, and its latent pays "
            r"$\max(0, \frac12\log\frac{\lambda}{\beta\sigma^2})$.",
            chains=chains,
            assumptions=(
                r"Encoder and decoder are linear, the noise $\sigma^2$ is fixed, and the data are "
                r"centred, with covariance $C$ and positive eigenvalues.",
                r"The latents lie along principal directions of the data. That no other decoder "
                "is better, and that the leading directions are taken, is not shown here (Lucas "
                "et al. 2019; Tipping and Bishop 1999).",
            ),
            implementations=(
                Implementation(
                    "genedu.models.vae_exact.linear_divergences",
                    arguments=(spectrum, sigma**2, beta),
                    equals=(Max(0, half * log(spectrum[k] / (beta * sigma**2))),),
                    axes={k: D},
                    sizes={D: 4},
                ),
            ),
            slips=(
                Slip(
                    first[6] + 2,
                    log(lam / (beta * sigma**2)),
                    r"The latent pays $\log\frac{\lambda}{\beta\sigma^2}$, without the $\frac12$.",
                    "This is a logarithm of variances; a divergence counts widths, half as much.",
                ),
                Slip(
                    first[6] + 2,
                    half * log(lam / (beta * sigma)),
                    r"$\frac12\log\frac{\lambda}{\beta\sigma}$: the noise taken as $\sigma$.",
                    r"$\lambda$ is a variance, so it is compared with the variance of the noise.",
                ),
                Slip(
                    first[6] + 2,
                    half * log(lam / sigma**2),
                    r"A latent dies for $\lambda \leq \sigma^2$, whatever $\beta$ is.",
                    r"Right for $\beta = 1$ only: a latent must earn $\beta$ times its price.",
                ),
                Slip(
                    first[6] + 2,
                    half * log(1 + lam / (beta * sigma**2)),
                    r"$\frac12\log(1 + \frac{\lambda}{\beta\sigma^2})$, as for signal and noise.",
                    r"There $\lambda$ would be the signal alone. Here it is the variance of the "
                    "data, and the noise is in it already; by this formula no latent would die.",
                ),
                Slip(
                    first[3] + 2,
                    NOISE - beta / 2 * (1 + log(lam / sigma**2)),
                    r"The best weight has $w^2 = \lambda - \sigma^2$, whatever $\beta$ is.",
                    r"So it is in probabilistic PCA, where $\beta = 1$. In general the noise "
                    r"counts as $\beta\sigma^2$.",
                ),
            ),
            main=6,
        )
