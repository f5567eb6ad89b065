"""Three chains of ``ddpm-epsilon-loss``: the noise is the score, up to a factor (Vincent 2011)."""

from sympy import Symbol, log, sqrt

from ..calculus import At, Diff
from ..engine import Chain, Claim, Step
from ..functions import Func, Normal
from ..integrals import Expectation, Integral
from ..matrices import Mat, Norm2
from ..nodes import Named, board
from ..provers import Setting
from .ddpm_board import D, between_0_and_1, x0, xt

bar = Symbol(r"\bar{\alpha}_{t}", positive=True)  # here one letter: α_t by itself is not needed
GIVEN = {bar: between_0_and_1("k")}
SETTING, VECTORS = Setting(given=GIVEN), Setting(sizes={D: 2}, given=GIVEN)
noise = Symbol(r"\epsilon", real=True)
EPS, SCORE = Mat(r"\epsilon", D), Mat(r"s_{\theta}", D)
DATA = Func("q", x0, kind="density", key="data")

with board():
    jump = Normal(xt, sqrt(bar) * x0, 1 - bar)


def kernel_score() -> Chain:
    """The score of the noisy value, the datum known."""
    with board():
        reached = sqrt(bar) * x0 + sqrt(1 - bar) * noise
        steps = (
            Step(
                At(Diff(log(jump), xt), xt, reached),
                r"The score of $q(x_t \mid x_0)$ at the value that the noise leads to.",
            ),
            Step(
                At(-(xt - sqrt(bar) * x0) / (1 - bar), xt, reached),
                "The logarithm of a normal density is a parabola; its slope is a line.",
            ),
            Step(
                -sqrt(1 - bar) * noise / (1 - bar),
                r"$x_t - \sqrt{\bar\alpha_t}\,x_0 = \sqrt{1-\bar\alpha_t}\,\epsilon$.",
            ),
            Step(
                -noise / sqrt(1 - bar),
                "The noise, turned round and divided by its standard deviation.",
            ),
        )
        claim = Claim(
            At(
                Diff(log(Normal(xt, sqrt(bar) * x0, 1 - bar)), xt),
                xt,
                sqrt(bar) * x0 + sqrt(1 - bar) * noise,
            ),
            "=",
            -noise / sqrt(1 - bar),
        )
        return Chain("The score of one noisy datum", claim, steps, SETTING)


def score_matching() -> Chain:
    """The squared error of the noise as a squared error of the score, in any dimension."""
    with board():
        guess = Named(r"\epsilon_{\theta}", -sqrt(1 - bar) * SCORE)
        target = -1 / sqrt(1 - bar) * EPS
        steps = (
            Step(
                Norm2(EPS - guess),
                r"The squared error of the noise, for a guess that is made from a score "
                r"$s_\theta(x_t, t)$.",
            ),
            Step(Norm2(EPS + sqrt(1 - bar) * SCORE), "Put the guess in."),
            Step(
                Norm2(sqrt(1 - bar) * (SCORE - target)),
                r"Take $\sqrt{1-\bar\alpha_t}$ out: the score of the chain before appears.",
            ),
            Step(
                (1 - bar) * Norm2(SCORE - target),
                "Denoising score matching, weighted with the variance of the noise.",
            ),
        )
        claim = Claim(Norm2(EPS - guess), "=", (1 - bar) * Norm2(SCORE - -1 / sqrt(1 - bar) * EPS))
        return Chain("The same loss in terms of the score", claim, steps, VECTORS)


def best_guess() -> Chain:
    """The best guess of the noise is the score of all noisy data."""
    with board():
        marginal = Named("q(x_{t})", Integral(jump * DATA, x0))
        posterior = Named(r"q(x_{0} \mid x_{t})", jump * DATA / marginal)
        step = (xt - sqrt(bar) * x0) / (1 - bar)
        steps = (
            Step(
                -sqrt(1 - bar) * Diff(log(marginal), xt),
                "The score of all noisy data together, turned round and scaled.",
            ),
            Step(
                -sqrt(1 - bar) / marginal * Diff(marginal, xt),
                "The derivative of a logarithm.",
            ),
            Step(
                -sqrt(1 - bar) / marginal * Integral(Diff(jump, xt) * DATA, x0),
                r"$q(x_t)$ is an integral over the data; the derivative goes inside.",
            ),
            Step(
                sqrt(1 - bar) / marginal * Integral(step * jump * DATA, x0),
                "The derivative of a normal density is itself times its score.",
            ),
            Step(
                sqrt(1 - bar) * Expectation(step, posterior, x0),
                r"Bayes: the quotient is $q(x_0 \mid x_t)$.",
            ),
            Step(
                Expectation((xt - sqrt(bar) * x0) / sqrt(1 - bar), posterior, x0),
                r"The mean of $\epsilon$, given $x_t$. No guess has a smaller squared error, so "
                "the best guess of the noise is the score, turned round and scaled.",
            ),
        )
        claim = Claim(
            -sqrt(1 - bar) * Diff(log(marginal), xt),
            "=",
            Expectation((xt - sqrt(bar) * x0) / sqrt(1 - bar), posterior, x0),
        )
        return Chain("The best guess is the true score", claim, steps, SETTING)
