"""``ddpm-forward``: all noise steps in one (Sohl-Dickstein et al. 2015; Ho et al. 2020)."""

from sympy import Symbol, exp, pi, sqrt

from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Normal
from ..implementations import Implementation
from ..integrals import Expectation, Integral
from ..nodes import Named, board
from ..provers import Algebra, Logarithm, Setting
from .ddpm_board import (
    GIVEN,
    NOISE,
    SETTING,
    X0,
    D,
    alpha,
    bar,
    bar_before,
    before,
    beta,
    between_0_and_1,
    i,
    jump,
    one_step,
    so_far,
    x0,
    xt,
)

first, alpha_1 = Symbol("x_{1}", real=True), Symbol(r"\alpha_{1}", positive=True)
old, new = Symbol(r"\epsilon'", real=True), Symbol(r"\epsilon", real=True)


def base() -> Chain:
    """One step from the data."""
    with board():
        beta_1 = Named(r"\beta_{1}", 1 - alpha_1)
        bar_1 = Named(r"\bar{\alpha}_{1}", alpha_1)
        steps = (
            Step(
                Normal(first, sqrt(alpha_1) * x0, beta_1),
                r"$q(x_1 \mid x_0)$, the first step of the process, as it is defined.",
            ),
            Step(
                Normal(first, sqrt(bar_1) * x0, 1 - bar_1),
                r"$\bar\alpha_1 = \alpha_1$ and $\beta_1 = 1 - \alpha_1$: this is the statement "
                "for $t = 1$.",
            ),
        )
        claim = Claim(
            Normal(first, sqrt(alpha_1) * x0, beta_1),
            "=",
            Normal(first, sqrt(bar_1) * x0, 1 - bar_1),
        )
        setting = Setting(given={alpha_1: between_0_and_1("k")})
        return Chain(r"The statement for $t = 1$", claim, steps, setting)


def variances() -> Chain:
    """What the noise of two steps amounts to."""
    with board():
        passed_on, added = sqrt(alpha) * sqrt(1 - bar_before) * old, sqrt(beta) * new

        def over_noise(f):
            law = Named(r"\epsilon',\epsilon", Normal(old, 0, 1) * Normal(new, 0, 1), shown=False)
            return Expectation(f, law, old, new)

        def over_one(f, v):
            return Expectation(f, Named(v.name, Normal(v, 0, 1), shown=False), v)

        cross = Named("r", 2 * sqrt(alpha) * sqrt(1 - bar_before) * sqrt(beta))
        steps = (
            Step(
                over_noise((passed_on + added) ** 2),
                r"Put $x_{t-1} = \sqrt{\bar\alpha_{t-1}}\,x_0 + \sqrt{1-\bar\alpha_{t-1}}\,"
                r"\epsilon'$ into $x_t = \sqrt{\alpha_t}\,x_{t-1} + \sqrt{\beta_t}\,\epsilon$. "
                r"The mean is $\sqrt{\alpha_t \bar\alpha_{t-1}}\,x_0$, the rest is noise, old "
                "and new. This is its variance.",
            ),
            Step(
                alpha * (1 - bar_before) * over_one(old**2, old)
                + cross * over_one(old, old) * over_one(new, new)
                + beta * over_one(new**2, new),
                r"Expand the square. Old and new noise are independent, so the mean of their "
                "product is the product of their means.",
            ),
            Step(
                alpha * (1 - bar_before) + beta,
                "Both have mean 0 and variance 1: variances add, standard deviations do not.",
            ),
            Step(alpha - bar + (1 - alpha), r"Multiply out; $\beta_t = 1 - \alpha_t$."),
            Step(1 - bar, r"$\alpha_t$ cancels: signal and noise share one unit of variance."),
        )
        claim = Claim(
            over_noise((sqrt(alpha) * sqrt(1 - bar_before) * old + sqrt(beta) * new) ** 2),
            "=",
            1 - bar,
        )
        about = "Mean and variance of $x_t$, read off from the noise"
        return Chain(about, claim, steps, SETTING)


def lemma() -> Chain:
    """A normal law, scaled and with normal noise added, is normal: the integral done."""
    y, x, m = (Symbol(name, real=True) for name in "yxm")
    a, v, w = (Symbol(name, positive=True) for name in "avw")
    with board():
        total = Named("S", a**2 * w + v)
        centre = Named("c", (a * w * y + v * m) / total)
        scale = 1 / (2 * pi * sqrt(v * w))
        offset = (y - a * m) ** 2 / (2 * total)
        bell = exp(-total / (2 * v * w) * (x - centre) ** 2)
        squares = -((y - a * x) ** 2) / (2 * v) - (x - m) ** 2 / (2 * w)
        powers = total * x**2 - 2 * (a * w * y + v * m) * x + w * y**2 + v * m**2
        completed = total * (x - centre) ** 2 + v * w * (y - a * m) ** 2 / total
        steps = (
            Step(
                Integral(Normal(y, a * x, v) * Normal(x, m, w), x),
                r"$x$ is normal, and $y$ is $a x$ with normal noise. What is $y$ by itself?",
            ),
            Step(
                scale * Integral(exp(squares), x),
                "Write both densities out; one exponential for the product.",
            ),
            Step(
                scale * Integral(exp(-powers / (2 * v * w)), x),
                r"A common denominator; sort by powers of $x$, with $S = a^2 w + v$.",
            ),
            Step(
                scale * Integral(exp(-completed / (2 * v * w)), x),
                r"Complete the square in $x$. What is left is a square in $y$.",
            ),
            Step(
                scale * exp(-offset) * Integral(bell, x),
                r"The square in $y$ does not contain $x$ and leaves the integral.",
            ),
            Step(
                scale
                * sqrt(2 * pi * v * w / total)
                * exp(-offset)
                * Integral(Normal(x, centre, v * w / total), x),
                r"A normal density in $x$ but for its factor, which is brought in here.",
            ),
            Step(
                Normal(y, a * m, total) * Integral(Normal(x, centre, v * w / total), x),
                r"The factors in front are just what a normal density in $y$ needs.",
            ),
            Step(
                Normal(y, a * m, a**2 * w + v),
                r"A density integrates to 1.",
                evidence=Algebra(),
            ),
        )
        claim = Claim(
            Integral(Normal(y, a * x, v) * Normal(x, m, w), x),
            "=",
            Normal(y, a * m, a**2 * w + v),
        )
        return Chain(
            "One normal step keeps a normal law normal", claim, steps, evidence=Logarithm()
        )


def induction() -> Chain:
    """From t-1 to t."""
    with board():
        marginal = Named(r"q(x_{t} \mid x_{0})", Integral(one_step * so_far, before))
        fits = Normal(xt, sqrt(alpha) * before, beta)
        known = Normal(before, sqrt(bar_before) * x0, 1 - bar_before)
        variance = alpha * (1 - bar_before) + beta
        rest = Normal(
            before,
            (sqrt(alpha) * (1 - bar_before) * xt + beta * sqrt(bar_before) * x0) / variance,
            beta * (1 - bar_before) / variance,
        )
        joined = Normal(xt, sqrt(alpha) * (sqrt(bar_before) * x0), variance)
        steps = (
            Step(marginal, r"What $x_t$ is, given only the datum."),
            Step(
                Integral(one_step * so_far, before),
                r"Integrate out the step between: $x_t$ is made from $x_{t-1}$ alone.",
            ),
            Step(
                Integral(fits * known, before),
                r"The definition of a step, and the statement for $t-1$ (induction).",
                evidence=Algebra(),
            ),
            Step(
                joined * Integral(rest, before),
                r"Line 13, with $a = \sqrt{\alpha_t}$, $v = \beta_t$, "
                r"$m = \sqrt{\bar\alpha_{t-1}}\,x_0$ and $w = 1 - \bar\alpha_{t-1}$.",
            ),
            Step(joined, "A density integrates to 1.", evidence=Algebra()),
            Step(
                jump,
                r"The variance is $1 - \bar\alpha_t$ (line 6), and $\alpha_t\bar\alpha_{t-1} = "
                r"\bar\alpha_t$: the statement for $t$.",
            ),
        )
        about = r"From $t-1$ to $t$"
        claim = Claim(marginal, "=", Normal(xt, sqrt(bar) * x0, 1 - bar))
        return Chain(about, claim, steps, SETTING, Logarithm())


def derivation() -> Derivation:
    with board():
        roots = Normal(xt, sqrt(bar) * x0, sqrt(1 - bar))
        stale = Named(r"\bar{\alpha}_{t}", alpha * alpha)
        chains = (base(), variances(), lemma(), induction())
        end = sum(len(chain.steps) for chain in chains) - 1
        return Derivation(
            id="ddpm-forward",
            title="All noise steps in one",
            statement=r"$q(x_t \mid x_0)$ is normal with mean $\sqrt{\bar\alpha_t}\,x_0$ and "
            r"variance $1-\bar\alpha_t$, where $\bar\alpha_t = \alpha_t \bar\alpha_{t-1} = "
            r"\alpha_1 \alpha_2 \cdots \alpha_t$: any step is reached by one draw.",
            chains=chains,
            assumptions=(
                r"$0 < \alpha_t < 1$ for every $t$, and each step draws fresh noise (a Markov "
                "chain).",
                r"One component is written. The noise of different components is independent, "
                r"so a vector has the same lines with $\|\cdot\|^2$ for the squares.",
            ),
            implementations=(
                Implementation(
                    "genedu.models.noise_schedule.diffuse",
                    arguments=(X0, NOISE, bar),
                    equals=(sqrt(bar) * X0[i] + sqrt(1 - bar) * NOISE[i],),
                    axes={i: D},
                    sizes={D: 3},
                    given=GIVEN,
                ),
            ),
            slips=(
                Slip(
                    4,
                    alpha * sqrt(1 - bar_before) + sqrt(beta),
                    r"Standard deviations added: $\alpha_t\sqrt{1-\bar\alpha_{t-1}} + "
                    r"\sqrt{\beta_t}$.",
                    "Independent noise adds in the squares. Added as they are, the deviations "
                    "would grow past 1.",
                ),
                Slip(
                    end,
                    roots,
                    r"$\mathcal{N}(x_t; \sqrt{\bar\alpha_t}\,x_0, \sqrt{1-\bar\alpha_t})$.",
                    "The third entry is the variance; its root stands before the noise when "
                    "$x_t$ is drawn.",
                ),
                Slip(
                    end,
                    Normal(xt, sqrt(stale) * x0, 1 - stale),
                    r"$\bar\alpha_t = \prod_{s=1}^{t} \alpha_t$.",
                    r"The index inside the product must be $s$: each step has its own "
                    r"$\alpha_s$. As printed it is a power of the last one.",
                ),
            ),
        )
