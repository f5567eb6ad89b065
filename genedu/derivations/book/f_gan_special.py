"""Special cases for ``f-gan``: the game of the GAN, and three divergences."""

from sympy import Integer, Rational, exp, log

from ..calculus import Sigma
from ..engine import Chain, Claim, Slip, Step
from ..functions import Func
from ..gaps import Gap
from ..integrals import KL, Expectation, Integral
from ..nodes import Named
from .f_gan_board import RATIO, P, Q, line, v, x

V = Func("V", x)
REVERSE, OF_GAN = "The reverse divergence", "The divergence of the GAN"


def activation() -> Chain:
    """The GAN's activation stays in the domain of its conjugate."""
    steps = (
        Step(
            -log(1 + exp(-v)),
            r"The GAN: $f(u) = u \log u - (u+1) \log(u+1)$ has negative slopes only. A network "
            r"gives any number $v$; the activation $g_f(v) = -\log(1 + e^{-v})$ is put behind it.",
        ),
        Step(log(Sigma(v)), r"A number between 0 and 1 is under the logarithm."),
        Step(
            Integer(0),
            r"$1 + e^{-v} > 1$, so the critic is negative, as it must be.",
            "<",
            gap=Gap(log(1 + exp(-v))),
        ),
    )
    return Chain(
        "The activation keeps the critic in the domain",
        Claim(-log(1 + exp(-v)), "<", Integer(0)),
        steps,
    )


def game(critic, critic_cost, value) -> Chain:
    """The bound of the GAN's divergence is the GAN's game."""
    d = Named("D(x)", Sigma(V))
    steps = (
        Step(
            Expectation(critic, P, x) - Expectation(critic_cost, Q, x),
            r"The bound with $T = g_f(V(x))$ and the conjugate $f^*(t) = -\log(1 - e^t)$.",
        ),
        Step(
            Expectation(log(Sigma(V)), P, x) - Expectation(-log(1 - Sigma(V)), Q, x),
            r"$e^{g_f(v)} = 1 / (1 + e^{-v}) = \sigma(v)$.",
        ),
        Step(
            value,
            r"With $D(x) = \sigma(V(x))$: the bound is the value of the game, and to train the "
            "discriminator is to make the bound tight.",
        ),
    )
    claim = Claim(
        Expectation(-log(1 + exp(-V)), P, x) - Expectation(-log(1 - exp(-log(1 + exp(-V)))), Q, x),
        "=",
        Expectation(log(d), P, x) + Expectation(log(1 - d), Q, x),
    )
    return Chain("The GAN as a special case", claim, steps)


def divergences() -> tuple[Chain, ...]:
    """Three functions and their divergences."""
    middle = Named("m(x)", (P + Q) / 2)
    jsd = Named(
        r"\mathrm{JSD}\left(P \,\|\, Q\right)",
        Rational(1, 2) * KL(P, middle, x) + Rational(1, 2) * KL(Q, middle, x),
    )
    forward = (
        Step(Expectation(RATIO * log(RATIO), Q, x), r"$D_f$ for $f(u) = u \log u$."),
        Step(Expectation(log(P / Q), P, x), r"$q r = p$: an average over the other density."),
        Step(KL(P, Q, x), r"The divergence of maximum likelihood."),
    )
    reverse = (
        Step(Expectation(-log(RATIO), Q, x), r"$D_f$ for $f(u) = -\log u$."),
        Step(Expectation(log(Q / P), Q, x), r"A minus sign turns the fraction over."),
        Step(KL(Q, P, x), r"The same divergence the other way round."),
    )
    gan = (
        Step(
            Expectation(RATIO * log(RATIO) - (RATIO + 1) * log(RATIO + 1), Q, x),
            r"$D_f$ for $f(u) = u \log u - (u+1) \log(u+1)$.",
        ),
        Step(
            Integral(P * log(P / Q) - (P + Q) * log((P + Q) / Q), x),
            r"$q r = p$ and $q (r + 1) = p + q$.",
        ),
        Step(
            Integral(P * log(P / (P + Q)) + Q * log(Q / (P + Q)), x),
            r"Collect what stands behind $p$ and behind $q$.",
        ),
        Step(
            KL(P, middle, x) + KL(Q, middle, x) - log(4),
            r"$p + q = 2m$: each logarithm gives up $\log 2$, and the densities integrate to 1.",
        ),
        Step(2 * jsd - log(4), "As for the GAN with its best discriminator."),
    )
    return tuple(
        Chain(about, claim, steps)
        for about, claim, steps in (
            (
                "The Kullback-Leibler divergence",
                Claim(Expectation(RATIO * log(RATIO), Q, x), "=", KL(P, Q, x)),
                forward,
            ),
            (REVERSE, Claim(Expectation(-log(RATIO), Q, x), "=", KL(Q, P, x)), reverse),
            (
                OF_GAN,
                Claim(
                    Expectation(RATIO * log(RATIO) - (RATIO + 1) * log(RATIO + 1), Q, x),
                    "=",
                    2 * jsd - log(4),
                ),
                gan,
            ),
        )
    )


def slips(chains) -> tuple[Slip, ...]:
    """What the sources print instead."""
    return (
        Slip(
            line(chains, REVERSE, 0),
            Expectation(-RATIO * log(RATIO), Q, x),
            r"The reverse divergence belongs to $f(u) = -u \log u$.",
            r"That function is concave, and its integral is $-\mathrm{KL}(P \,\|\, Q)$: never "
            r"positive. It is $f(u) = -\log u$.",
        ),
        Slip(
            line(chains, OF_GAN),
            chains[-1].claim.right + log(4),
            r"For the GAN $D_f = 2\,\mathrm{JSD}$.",
            r"This $f$ is not 0 at $u = 1$: $f(1) = -\log 4$, and the divergence starts there.",
        ),
    )
