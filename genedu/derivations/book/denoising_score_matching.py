"""``denoising-score-matching``: the score of noisy data, learnt from noise (Vincent 2011)."""

from sympy import Symbol, log

from ..calculus import At, Diff
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Func, Normal
from ..implementations import Batch, Implementation
from ..integrals import Expectation, Integral
from ..nodes import IndexSum, Named, Tensor, board, indices

x, y = Symbol("x", real=True), Symbol(r"\tilde{x}", real=True)
noise, sigma = Symbol(r"\epsilon", real=True), Symbol(r"\sigma", positive=True)
DATA = Func("p", x, kind="density")
KERNEL = Func("q", y, x, kind="density", key="kernel")
SCORE = Func(r"s_{\theta}", y)
i, D = indices("i D")
CLEAN, NOISY, GUESS = Tensor("x", D), Tensor(r"\tilde{x}", D), Tensor("s", D)

with board():
    NOISY_LAW = Named(r"q(\tilde{x})", Integral(KERNEL * DATA, x))
    JOINT = Named(r"q(\tilde{x} \mid x)\,p(x)", KERNEL * DATA, shown=False)
    TRUE = Diff(log(NOISY_LAW), y)
    TARGET = Diff(log(KERNEL), y)


def over_noisy(f):
    """The mean over noisy data."""
    return Expectation(f, NOISY_LAW, y)


def over_both(f):
    """The mean over data and noise."""
    return Expectation(f, JOINT, x, y)


def bridge() -> Chain:
    """The one term that ties the model to the unknown score."""
    with board():
        steps = (
            Step(
                over_noisy(SCORE * TRUE),
                r"The model $s_\theta$ against the score of the noisy data. That score is not "
                r"known, for $q(\tilde x)$ is not.",
            ),
            Step(
                Integral(NOISY_LAW * SCORE * (Diff(NOISY_LAW, y) / NOISY_LAW), y),
                "The expectation written out, and the derivative of a logarithm.",
            ),
            Step(
                Integral(SCORE * Diff(NOISY_LAW, y), y),
                r"The unknown density cancels; only its slope is left, and that is linear in it.",
            ),
            Step(
                Integral(SCORE * Integral(Diff(KERNEL, y) * DATA, x), y),
                r"$q(\tilde x)$ is an integral over the data; the derivative goes inside.",
            ),
            Step(
                Integral(SCORE * Integral(KERNEL * TARGET * DATA, x), y),
                "A slope is the density times the slope of its logarithm: the same rule, "
                "backwards, now for a density that we know.",
            ),
            Step(over_both(SCORE * TARGET), "That is a mean over data and noise."),
        )
        claim = Claim(
            over_noisy(SCORE * Diff(log(NOISY_LAW), y)),
            "=",
            over_both(SCORE * Diff(log(KERNEL), y)),
        )
        return Chain("The unknown score, traded for the known one", claim, steps)


def equality() -> Chain:
    """The two losses differ by a constant."""
    with board():
        rest = over_noisy(TRUE**2)
        steps = (
            Step(
                over_noisy((SCORE - TRUE) ** 2),
                r"What is wanted: a model close to the score of the noisy data.",
            ),
            Step(
                over_noisy(SCORE**2) - 2 * over_noisy(SCORE * TRUE) + rest,
                r"Expand the square. The last term does not contain $\theta$.",
            ),
            Step(
                over_both(SCORE**2) - 2 * over_both(SCORE * TARGET) + rest,
                r"The chain before for the middle term. In the first, $s_\theta(\tilde x)$ does "
                r"not look at $x$: its mean square is the same over both.",
            ),
            Step(
                over_both((SCORE - TARGET) ** 2) + rest - over_both(TARGET**2),
                r"Complete the square. The two terms behind contain no $\theta$: both losses have "
                "the same gradients and the same minimum.",
            ),
        )
        claim = Claim(
            over_noisy((SCORE - Diff(log(NOISY_LAW), y)) ** 2),
            "=",
            over_both((SCORE - Diff(log(KERNEL), y)) ** 2)
            + over_noisy(Diff(log(NOISY_LAW), y) ** 2)
            - over_both(Diff(log(KERNEL), y) ** 2),
        )
        return Chain("The two losses differ by a constant", claim, steps)


def target() -> Chain:
    """The score of normal noise."""
    with board():
        kernel = Normal(y, x, sigma**2)
        steps = (
            Step(
                At(Diff(log(kernel), y), y, x + sigma * noise),
                r"The target, for normal noise: $\tilde x = x + \sigma\epsilon$.",
            ),
            Step(
                At(-(y - x) / sigma**2, y, x + sigma * noise),
                "The logarithm of a normal density is a parabola; its slope points back to $x$.",
            ),
            Step(
                -(sigma * noise) / sigma**2,
                r"$\tilde x - x = \sigma\epsilon$.",
            ),
            Step(-noise / sigma, "The noise, turned round and divided by its deviation."),
        )
        claim = Claim(
            At(Diff(log(Normal(y, x, sigma**2)), y), y, x + sigma * noise), "=", -noise / sigma
        )
        return Chain("The target for normal noise", claim, steps)


def derivation() -> Derivation:
    with board():
        chains = (target(), bridge(), equality())
        slope = -(NOISY[i] - CLEAN[i]) / sigma**2
        apart = Named(r"q(\tilde{x})\,p(x)", NOISY_LAW * DATA, shown=False)
        return Derivation(
            id="denoising-score-matching",
            title="Denoising score matching",
            statement=r"Matching the score of the noise kernel, averaged over data and noise, is "
            "matching the score of the noisy data, up to a constant.",
            chains=chains,
            assumptions=(
                r"$q(\tilde x \mid x)$ is positive and smooth in $\tilde x$; all means exist.",
                r"Derivative and integral may change places.",
                r"One component is written; with several the squares are $\|\cdot\|^2$ and the "
                r"lines hold for each component.",
            ),
            implementations=(
                Implementation(
                    "genedu.models.score_matching.kernel_score",
                    arguments=(NOISY, CLEAN, sigma),
                    equals=(slope,),
                    axes={i: D},
                    sizes={D: 3},
                ),
                Implementation(
                    "genedu.models.score_matching.denoising_loss",
                    arguments=(Batch(GUESS), Batch(NOISY), Batch(CLEAN), sigma),
                    equals=(IndexSum((GUESS[i] - slope) ** 2, (i, D)),),
                    sizes={D: 3},
                ),
            ),
            slips=(
                Slip(
                    2,
                    noise / sigma**2,
                    r"$\nabla \log q(\tilde x \mid x) = (\tilde x - x)/\sigma^2$.",
                    "The sign is lost: the score points from the noisy value back to the datum.",
                ),
                Slip(
                    13,
                    over_both((SCORE - TARGET) ** 2),
                    r"$\mathbb{E}\|s_\theta - \nabla\log q(\tilde x)\|^2 = \mathbb{E}\|s_\theta - "
                    r"\nabla\log q(\tilde x \mid x)\|^2$.",
                    "Equal up to a constant, not equal: the loss that is trained on does not fall "
                    "to 0, however good the model is.",
                ),
                Slip(
                    9,
                    Expectation(SCORE * TARGET, apart, x, y),
                    r"The mean over $q(\tilde x)\,p(x)$, datum and noisy value drawn apart.",
                    r"The noisy value belongs to its datum: the pair comes from "
                    r"$q(\tilde x \mid x)\,p(x)$.",
                ),
            ),
        )
