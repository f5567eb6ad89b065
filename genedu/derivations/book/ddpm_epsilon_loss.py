"""``ddpm-epsilon-loss``: from the bound to a guess of the noise (Ho, Jain & Abbeel 2020)."""

from sympy import Rational, Symbol, log, sqrt

from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Normal
from ..implementations import Implementation
from ..integrals import KL, Expectation
from ..matrices import Mat, Norm2
from ..nodes import Named, board
from .ddpm_board import (
    GIVEN,
    NOISE,
    SETTING,
    VECTORS,
    XT,
    D,
    alpha,
    bar,
    bar_before,
    before,
    beta,
    i,
    posterior_mean,
    xt,
)
from .ddpm_score import best_guess, kernel_score, score_matching

sigma = Symbol(r"\sigma_{t}", positive=True)
noise = Symbol(r"\epsilon", real=True)
VECTOR, EPS = Mat("x_{t}", D), Mat(r"\epsilon", D)
GUESS = Mat(r"\epsilon_{\theta}", D)
HALF = Rational(1, 2)
TRUE, MODEL = Symbol(r"\tilde{\mu}_{t}", real=True), Symbol(r"\mu_{\theta}", real=True)
SPREAD = Symbol(r"\tilde{\beta}_{t}", positive=True)

with board():
    CONSTANT = Named("c", HALF * (log(sigma**2 / SPREAD) + SPREAD / sigma**2 - 1))
    WEIGHT = beta**2 / (2 * sigma**2 * alpha * (1 - bar))


def divergence() -> Chain:
    """The divergence of two normal densities: one square and a constant."""
    with board():
        q, p = Normal(before, TRUE, SPREAD), Normal(before, MODEL, sigma**2)

        def under_q(f):
            return Expectation(f, Named("q", q), before)

        logs = HALF * log(sigma**2 / SPREAD)
        steps = (
            Step(
                KL(q, p, before),
                r"The term $L_t$ of the bound: how far the reverse step of the model, with mean "
                r"$\mu_\theta$ and a fixed variance $\sigma_t^2$, is from the posterior.",
            ),
            Step(under_q(log(q) - log(p)), "The definition of the divergence."),
            Step(
                logs
                - under_q((before - TRUE) ** 2) / (2 * SPREAD)
                + under_q((before - MODEL) ** 2) / (2 * sigma**2),
                "Both logarithms written out; their constants collected.",
            ),
            Step(
                logs - HALF + under_q(((before - TRUE) + (TRUE - MODEL)) ** 2) / (2 * sigma**2),
                r"The first mean square is the variance of $q$. In the second insert "
                r"$-\tilde\mu_t + \tilde\mu_t$.",
            ),
            Step(
                logs - HALF + (SPREAD + (TRUE - MODEL) ** 2) / (2 * sigma**2),
                r"Expand: variance plus squared distance, for the middle term has mean 0.",
            ),
            Step(
                (TRUE - MODEL) ** 2 / (2 * sigma**2) + CONSTANT,
                r"Only the square contains $\theta$. With $D$ components: their sum.",
            ),
        )
        claim = Claim(
            KL(Normal(before, TRUE, SPREAD), Normal(before, MODEL, sigma**2), before),
            "=",
            (TRUE - MODEL) ** 2 / (2 * sigma**2) + CONSTANT,
        )
        return Chain("One term of the bound", claim, steps)


def mean() -> Chain:
    """The mean of the posterior, with the noise in place of the datum."""
    with board():
        clean = 1 / sqrt(bar) * (xt - sqrt(1 - bar) * noise)
        of_noisy = sqrt(alpha) * (1 - bar_before) / (1 - bar)
        steps = (
            Step(
                posterior_mean(clean),
                r"The mean $\tilde\mu_t$ of the posterior. Solve $x_t = \sqrt{\bar\alpha_t}\,x_0 "
                r"+ \sqrt{1-\bar\alpha_t}\,\epsilon$ for the datum and put it in.",
            ),
            Step(
                (sqrt(bar_before) * beta / ((1 - bar) * sqrt(bar)) + of_noisy) * xt
                - sqrt(bar_before) * beta * sqrt(1 - bar) / ((1 - bar) * sqrt(bar)) * noise,
                r"Sort by $x_t$ and $\epsilon$.",
            ),
            Step(
                (beta + alpha * (1 - bar_before)) / (sqrt(alpha) * (1 - bar)) * xt
                - beta / (sqrt(alpha) * sqrt(1 - bar)) * noise,
                r"$\sqrt{\bar\alpha_t} = \sqrt{\alpha_t}\sqrt{\bar\alpha_{t-1}}$: the root of "
                r"$\bar\alpha_{t-1}$ cancels.",
            ),
            Step(
                1 / sqrt(alpha) * xt - beta / (sqrt(alpha) * sqrt(1 - bar)) * noise,
                r"$\beta_t + \alpha_t(1-\bar\alpha_{t-1}) = 1 - \bar\alpha_t$ cancels too.",
            ),
            Step(
                1 / sqrt(alpha) * (xt - beta / sqrt(1 - bar) * noise),
                r"To step back: take a part of the noise out, then scale up.",
            ),
        )
        claim = Claim(
            sqrt(bar_before) * beta / (1 - bar) * (1 / sqrt(bar) * (xt - sqrt(1 - bar) * noise))
            + sqrt(alpha) * (1 - bar_before) / (1 - bar) * xt,
            "=",
            1 / sqrt(alpha) * (xt - beta / sqrt(1 - bar) * noise),
        )
        return Chain("The mean in terms of the noise", claim, steps, SETTING)


def loss() -> Chain:
    """The square of the two means is a square of two noises, in any dimension."""
    with board():

        def back(e):
            return 1 / sqrt(alpha) * (VECTOR - beta / sqrt(1 - bar) * e)

        first = Named(r"\tilde{\mu}_{t}", back(EPS))
        second = Named(r"\mu_{\theta}", back(GUESS))
        steps = (
            Step(
                1 / (2 * sigma**2) * Norm2(first - second),
                r"What is to be made small. $x_t$ is known to the model, so only the noise has to "
                r"be guessed: let $\mu_\theta$ be built like $\tilde\mu_t$, with a guess "
                r"$\epsilon_\theta(x_t, t)$.",
            ),
            Step(
                1 / (2 * sigma**2) * Norm2(back(EPS) - back(GUESS)),
                "Line 10, for both means.",
            ),
            Step(
                1 / (2 * sigma**2) * Norm2(beta / (sqrt(alpha) * sqrt(1 - bar)) * (GUESS - EPS)),
                r"$x_t$ cancels.",
            ),
            Step(WEIGHT * Norm2(GUESS - EPS), "The factor leaves the norm squared."),
            Step(
                WEIGHT * Norm2(EPS - GUESS),
                "A squared norm has no sign. The simple loss drops the weight.",
            ),
        )
        claim = Claim(
            1 / (2 * sigma**2) * Norm2(first - second),
            "=",
            beta**2 / (2 * sigma**2 * alpha * (1 - bar)) * Norm2(EPS - GUESS),
        )
        return Chain("The loss in terms of the noise", claim, steps, VECTORS)


def derivation() -> Derivation:
    with board():
        chains = (divergence(), mean(), kernel_score(), score_matching(), best_guess(), loss())
        starts = [sum(len(c.steps) for c in chains[:k]) for k in range(len(chains) + 1)]
        squared = Norm2(EPS - GUESS)
        kernel = chains[2].claim.right
        return Derivation(
            id="ddpm-epsilon-loss",
            title="From the bound to a guess of the noise",
            statement=r"For $t \geq 2$ the term $L_t$ of the bound is, up to a constant, the mean "
            r"of a weighted squared error of the guessed noise; and guessing the noise is "
            r"guessing the score, $\epsilon_\theta = -\sqrt{1-\bar\alpha_t}\,s_\theta$.",
            chains=chains,
            assumptions=(
                r"$t \geq 2$: for $t = 1$ the posterior has no width ($\tilde\beta_1 = 0$), and "
                r"$L_0$ is another term, $-\log p_\theta(x_0 \mid x_1)$.",
                r"The variance $\sigma_t^2$ of the reverse step is fixed, not learnt.",
                r"$L_t$ is the mean of these lines over $x_0$ and $\epsilon$, with $x_t = "
                r"\sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\epsilon$.",
                "Chains with integrals are written for one component; the last one holds in any "
                "dimension.",
                "Derivative and integral may change places.",
            ),
            implementations=(
                Implementation(
                    "genedu.models.noise_schedule.noise_loss_weight",
                    arguments=(alpha, bar, sigma**2),
                    equals=(WEIGHT,),
                    given=GIVEN,
                ),
                Implementation(
                    "genedu.models.noise_schedule.mean_from_noise",
                    arguments=(XT, NOISE, alpha, bar),
                    equals=((XT[i] - beta / sqrt(1 - bar) * NOISE[i]) / sqrt(alpha),),
                    axes={i: D},
                    sizes={D: 3},
                    given=GIVEN,
                ),
                Implementation(
                    "genedu.models.noise_schedule.score_from_noise",
                    arguments=(NOISE, bar),
                    equals=(-NOISE[i] / sqrt(1 - bar),),
                    axes={i: D},
                    sizes={D: 3},
                    given=GIVEN,
                ),
            ),
            slips=(
                Slip(
                    starts[1] - 1,
                    (TRUE - MODEL) ** 2 / (2 * sigma) + CONSTANT,
                    r"A reverse step with covariance $\sigma_t I$, so that $2\sigma_t$ stands "
                    "below the square.",
                    r"The covariance is $\sigma_t^2 I$: a deviation is no variance.",
                ),
                Slip(
                    starts[3] - 1,
                    -kernel,
                    r"$\epsilon_\theta = +\sqrt{1-\bar\alpha_t}\,s_\theta$.",
                    "The score points to where the density is higher, back to the datum; the "
                    "noise points away from it.",
                ),
                Slip(
                    starts[6] - 1,
                    beta**2 / (2 * sigma**2 * (1 - alpha) * (1 - bar)) * squared,
                    r"$1-\alpha_t$ instead of $\alpha_t$ in the weight.",
                    r"$\alpha_t = 1 - \beta_t$ comes from the scaling $1/\sqrt{\alpha_t}$. With "
                    r"$1-\alpha_t = \beta_t$ below, one $\beta_t$ would cancel.",
                ),
            ),
        )
