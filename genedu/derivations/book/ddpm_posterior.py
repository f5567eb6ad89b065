"""``ddpm-posterior``: one step back, if the datum is known (Sohl-Dickstein et al. 2015)."""

from sympy import Rational, log, pi, sqrt

from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Normal
from ..implementations import Implementation
from ..nodes import Named, board
from .ddpm_board import (
    GIVEN,
    SETTING,
    X0,
    XT,
    D,
    alpha,
    bar,
    bar_before,
    before,
    beta,
    i,
    jump,
    one_step,
    posterior_mean,
    so_far,
    spread,
    x0,
    xt,
)

with board():
    A = Named("A", alpha / beta + 1 / (1 - bar_before))
    B = Named("B", sqrt(alpha) * xt / beta + sqrt(bar_before) * x0 / (1 - bar_before))
    C = Named(
        "C",
        xt**2 / beta
        + bar_before * x0**2 / (1 - bar_before)
        - (xt - sqrt(bar) * x0) ** 2 / (1 - bar),
    )
    MEAN = Named(r"\tilde{\mu}_{t}", posterior_mean())
    FACTOR = Rational(1, 2) * log(2 * pi * spread)


def variance() -> Chain:
    """The variance, from what stands before the square."""
    with board():
        steps = (
            Step(
                1 / A,
                r"Below, the logarithm will be $-\frac{1}{2}(A x_{t-1}^2 - 2 B x_{t-1} + C)$. "
                r"Of a normal density, $1/A$ is then the variance.",
            ),
            Step(
                1 / (alpha / beta + 1 / (1 - bar_before)),
                r"Two normal densities contain $x_{t-1}$: one step, and all steps before it.",
            ),
            Step(
                beta * (1 - bar_before) / (alpha * (1 - bar_before) + beta),
                r"Multiply top and bottom by $\beta_t (1-\bar\alpha_{t-1})$.",
            ),
            Step(
                beta * (1 - bar_before) / (1 - bar),
                r"$\beta_t = 1 - \alpha_t$ and $\alpha_t\bar\alpha_{t-1} = \bar\alpha_t$.",
            ),
            Step(spread, r"This is called $\tilde\beta_t$; it is less than $\beta_t$."),
        )
        claim = Claim(1 / A, "=", beta * (1 - bar_before) / (1 - bar))
        return Chain("The variance", claim, steps, SETTING)


def mean() -> Chain:
    """The mean, from what stands before the first power."""
    with board():
        each = sqrt(alpha) * xt / beta + sqrt(bar_before) * x0 / (1 - bar_before)
        steps = (
            Step(B / A, r"And $B/A$ is the mean: there the square has its centre."),
            Step(spread * B, r"$1/A = \tilde\beta_t$, from line 4."),
            Step(
                beta * (1 - bar_before) / (1 - bar) * each,
                r"Put in $\tilde\beta_t$ and $B$.",
            ),
            Step(
                sqrt(alpha) * (1 - bar_before) / (1 - bar) * xt
                + sqrt(bar_before) * beta / (1 - bar) * x0,
                r"Multiply out: $\beta_t$ cancels in one term, $1-\bar\alpha_{t-1}$ in the other.",
            ),
            Step(MEAN, r"This is called $\tilde\mu_t$: a weighted sum of datum and noisy value."),
        )
        claim = Claim(
            B / A,
            "=",
            sqrt(bar_before) * beta / (1 - bar) * x0
            + sqrt(alpha) * (1 - bar_before) / (1 - bar) * xt,
        )
        return Chain("The mean", claim, steps, SETTING)


def bayes() -> Chain:
    """The density itself, in logarithms."""
    with board():
        forward = Named(r"q(x_{t} \mid x_{0})", jump)
        quotient = one_step * so_far / forward
        posterior = Named(r"q(x_{t-1} \mid x_{t}, x_{0})", quotient)
        factor = Rational(1, 2) * log(2 * pi * (beta * (1 - bar_before) / (1 - bar)))
        back = Normal(before, MEAN, spread)
        steps = (
            Step(log(posterior), r"Where did $x_t$ come from, if the datum $x_0$ is known?"),
            Step(
                log(quotient),
                r"Bayes. Given $x_{t-1}$ the datum tells nothing more about $x_t$.",
            ),
            Step(
                log(one_step) + log(so_far) - log(forward),
                "The logarithm of a product and of a quotient.",
            ),
            Step(
                -((xt - sqrt(alpha) * before) ** 2) / (2 * beta)
                - (before - sqrt(bar_before) * x0) ** 2 / (2 * (1 - bar_before))
                + (xt - sqrt(bar) * x0) ** 2 / (2 * (1 - bar))
                - factor,
                r"Three normal densities, the last two from the forward process; their factors "
                "are collected in one logarithm.",
            ),
            Step(
                -Rational(1, 2) * (A * before**2 - 2 * B * before + C) - FACTOR,
                r"Sort by powers of $x_{t-1}$. The logarithm has $\tilde\beta_t$ in it.",
            ),
            Step(
                -Rational(1, 2) * A * ((before - B / A) ** 2 + C / A - (B / A) ** 2) - FACTOR,
                "Complete the square.",
            ),
            Step(
                -((before - MEAN) ** 2 + C * spread - MEAN**2) / (2 * spread) - FACTOR,
                r"$1/A = \tilde\beta_t$ and $B/A = \tilde\mu_t$, from lines 4 and 9.",
            ),
            Step(
                -((before - MEAN) ** 2) / (2 * spread) - FACTOR,
                r"$C\tilde\beta_t = \tilde\mu_t^2$. It must be so: both sides are densities in "
                "$x_{t-1}$, so no factor is left over.",
            ),
            Step(log(back), r"The logarithm of a normal density, read off."),
        )
        return Chain(
            "Bayes' rule in logarithms",
            Claim(log(posterior), "=", log(Normal(before, MEAN, spread))),
            steps,
            SETTING,
        )


def derivation() -> Derivation:
    with board():
        late = sqrt(bar) * beta / (1 - bar) * x0
        late = sqrt(alpha) * (1 - bar_before) / (1 - bar) * xt + late
        upside = beta * (1 - bar) / (1 - bar_before)
        end = -((before - MEAN) ** 2) / (2 * beta) - Rational(1, 2) * log(2 * pi * beta)
        return Derivation(
            id="ddpm-posterior",
            title="One step back, if the datum is known",
            statement=r"$q(x_{t-1} \mid x_t, x_0)$ is normal with mean $\tilde\mu_t$ and variance "
            r"$\tilde\beta_t$. It is what the reverse process has to imitate without $x_0$.",
            chains=(variance(), mean(), bayes()),
            assumptions=(
                r"$0 < \alpha_t < 1$ for every $t$, and $t \geq 2$: for $t = 1$ the value before "
                r"is the datum itself, $\bar\alpha_0 = 1$ and $\tilde\beta_1 = 0$.",
                r"One component is written: given $x_0$ and $x_t$ the components are independent.",
            ),
            implementations=(
                Implementation(
                    "genedu.models.noise_schedule.posterior_mean",
                    arguments=(X0, XT, alpha, bar_before),
                    equals=(posterior_mean(X0[i], XT[i]),),
                    axes={i: D},
                    sizes={D: 3},
                    given=GIVEN,
                ),
                Implementation(
                    "genedu.models.noise_schedule.posterior_variance",
                    arguments=(alpha, bar_before),
                    equals=(spread,),
                    given=GIVEN,
                ),
            ),
            slips=(
                Slip(
                    3,
                    upside,
                    r"$\tilde\beta_t = \beta_t \frac{1-\bar\alpha_t}{1-\bar\alpha_{t-1}}$.",
                    r"Upside down: knowing the datum can only make the step back more certain, "
                    r"$\tilde\beta_t < \beta_t$.",
                ),
                Slip(
                    8,
                    late,
                    r"$\sqrt{\bar\alpha_t}$ instead of $\sqrt{\bar\alpha_{t-1}}$ before $x_0$.",
                    r"One index too late. At $x_t = \sqrt{\bar\alpha_t}\,x_0$, without noise in "
                    r"sight, the mean must be $\sqrt{\bar\alpha_{t-1}}\,x_0$.",
                ),
                Slip(
                    18,
                    end,
                    r"$q(x_{t-1} \mid x_t, x_0) = \mathcal{N}(x_{t-1}; \tilde\mu_t, \beta_t)$.",
                    r"$\beta_t$ is a choice that is often made for the reverse process; the "
                    r"posterior itself has $\tilde\beta_t$.",
                ),
            ),
        )
