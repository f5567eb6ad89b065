"""``gan-jsd``: what a GAN's generator minimises (Goodfellow et al. 2014; Arjovsky & Bottou 2017).

The discriminator is the best one, ``D* = p_d / (p_d + p_g)``, see ``gan-optimal-discriminator``.
"""

from sympy import Rational, Symbol, log

from ..calculus import At, Diff, Grad, Sigma
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Func
from ..gaps import Gap
from ..implementations import Grid, Implementation
from ..integrals import KL, Expectation, Integral
from ..nodes import Named, board

x, v = Symbol("x", real=True), Symbol("v", real=True)
theta, held = Symbol("theta", real=True), Symbol("theta_0", real=True)
DATA = Func("p_d", x, kind="density")
MODEL = Func("p_g", x, kind="density")
HALF = Rational(1, 2)


def jsd(model, middle, name=r"\mathrm{JSD}\left(p_d \,\|\, p_g\right)"):
    """The Jensen-Shannon divergence of the data and the model, ``middle`` their mean."""
    return Named(name, HALF * KL(DATA, middle, x) + HALF * KL(model, middle, x))


def criterion() -> Chain:
    """The value at the best discriminator."""
    total, middle = DATA + MODEL, Named("m(x)", (DATA + MODEL) / 2)
    distance = jsd(MODEL, middle)
    steps = (
        Step(
            Expectation(log(DATA / total), DATA, x) + Expectation(log(MODEL / total), MODEL, x),
            r"$C(G) = V(D^*, G)$, with $D^* = p_d / (p_d + p_g)$ and $1 - D^*$ put in.",
        ),
        Step(
            Expectation(log(DATA / (2 * middle)), DATA, x)
            + Expectation(log(MODEL / (2 * middle)), MODEL, x),
            r"The sum of the densities is twice their mean $m$, which is a density.",
        ),
        Step(
            Expectation(log(DATA / middle) - log(2), DATA, x)
            + Expectation(log(MODEL / middle) - log(2), MODEL, x),
            "The logarithm of a quotient.",
        ),
        Step(
            -2 * log(2)
            + Expectation(log(DATA / middle), DATA, x)
            + Expectation(log(MODEL / middle), MODEL, x),
            "Both densities integrate to 1, so the constants come out.",
        ),
        Step(
            -log(4) + KL(DATA, middle, x) + KL(MODEL, middle, x),
            r"Each expectation is a divergence from the mean $m$, and $2 \log 2 = \log 4$.",
        ),
        Step(-log(4) + 2 * distance, "Two halves of each: the Jensen-Shannon divergence."),
        Step(
            -log(4),
            r"A divergence is not negative, and it is 0 only if $p_g = p_d$ (almost everywhere): "
            "this is the global minimum.",
            "≥",
            gap=Gap(2 * distance, {MODEL: DATA}),
        ),
    )
    claim = Claim(
        Expectation(log(DATA / (DATA + MODEL)), DATA, x)
        + Expectation(log(MODEL / (DATA + MODEL)), MODEL, x),
        "≥",
        -log(4),
    )
    return Chain("What the generator minimises", claim, steps)


def both_costs() -> Chain:
    """The sum of the two costs of the generator."""
    total = DATA + MODEL
    best, rest = Named("D^*(x)", DATA / total), Named(r"\left(1-D^*(x)\right)", MODEL / total)
    steps = (
        Step(
            Expectation(log(rest), MODEL, x) - Expectation(log(best), MODEL, x),
            r"The generator's two costs: $\mathbb{E}_g[\log(1 - D^*)]$ of the game, and the "
            r"non-saturating $-\mathbb{E}_g[\log D^*]$. Take both together.",
        ),
        Step(Expectation(log(rest / best), MODEL, x), "Both are averages over the same samples."),
        Step(
            Expectation(log((MODEL / total) / (DATA / total)), MODEL, x),
            r"Put in $D^*$.",
        ),
        Step(Expectation(log(MODEL / DATA), MODEL, x), r"$p_d + p_g$ cancels."),
        Step(KL(MODEL, DATA, x), "A divergence again, with the samples drawn from the model."),
    )
    claim = Claim(
        Expectation(log(rest), MODEL, x) - Expectation(log(best), MODEL, x),
        "=",
        KL(MODEL, DATA, x),
    )
    return Chain("The two costs together", claim, steps)


def non_saturating() -> Chain:
    """The gradient of the cost that is used in practice."""
    model, frozen = (Func("p_g", x, t, kind="density", key="moving") for t in (theta, held))
    fixed = Named("D_0(x)", DATA / (DATA + frozen))
    rest = Named(r"\left(1-D_0(x)\right)", frozen / (DATA + frozen))
    middle = Named(r"m_{\theta}(x)", (DATA + model) / 2)
    distance = jsd(model, middle, r"\mathrm{JSD}(\theta)")

    def now(f):
        return At(f, held, theta)

    def slope(f):
        return Grad(f, theta)

    moved = slope(model)
    steps = (
        Step(
            now(slope(-Expectation(log(fixed), model, x))),
            r"A step of the generator, at the parameters $\theta_0$ that it has: their best "
            r"discriminator $D_0$ is held fixed, only the samples move with $\theta$.",
        ),
        Step(
            now(
                slope(Expectation(log(rest / fixed), model, x) - Expectation(log(rest), model, x))
            ),
            r"Add and subtract $\log(1 - D_0)$, as before.",
        ),
        Step(
            now(
                Integral(moved * log(rest / fixed), x) - Integral(moved * log(rest), x),
            ),
            r"Only the density in front depends on $\theta$.",
        ),
        Step(
            Integral(moved * log(model / DATA), x)
            - Integral(moved * log(model / (2 * middle)), x),
            r"Now the samples are where $D_0$ was trained, $\theta_0 = \theta$: "
            r"$(1 - D_0)/D_0 = p_g / p_d$ and $1 - D_0 = p_g / 2 m_\theta$.",
        ),
        Step(
            slope(KL(model, DATA, x)) - Integral(moved * log(model / middle), x),
            r"The gradient of the divergence has one more term, $\int \partial p_g / \partial "
            r"\theta\,dx$. It is 0, since $p_g$ stays normalised; so $\log 2$ drops out too.",
        ),
        Step(
            slope(KL(model, DATA, x)) - 2 * slope(distance),
            r"Differentiate the two divergences from $m_\theta$: what comes from $m_\theta$ "
            "itself adds up to 0 in the same way.",
        ),
        Step(
            slope(KL(model, DATA, x) - 2 * distance),
            r"Not the divergence alone: the second term pushes the model away from the data.",
        ),
    )
    claim = Claim(
        now(slope(-Expectation(log(fixed), model, x))),
        "=",
        slope(KL(model, DATA, x) - 2 * distance),
    )
    return Chain("The gradient of the non-saturating cost", claim, steps)


def saturation() -> tuple[Chain, Chain]:
    """The slopes of the two costs by the discriminator's output before the sigmoid."""
    d = Sigma(v)
    first = (
        Step(
            Diff(log(1 - d), v),
            r"The cost of the game for one sample. The discriminator ends in a sigmoid, "
            r"$D = \sigma(v)$.",
        ),
        Step(-Diff(d, v) / (1 - d), "The chain rule."),
        Step(-d * (1 - d) / (1 - d), r"$\sigma' = \sigma (1 - \sigma)$."),
        Step(
            -d,
            r"Where the discriminator is sure of a false sample, $D \approx 0$, there is no slope "
            "to learn from. This is called saturation; mode collapse, samples without variety, "
            "is another matter.",
        ),
    )
    second = (
        Step(Diff(-log(d), v), "The non-saturating cost for the same sample."),
        Step(-Diff(d, v) / d, "The chain rule."),
        Step(-d * (1 - d) / d, r"$\sigma' = \sigma (1 - \sigma)$."),
        Step(-(1 - d), r"Where $D \approx 0$ the slope is $-1$: as steep as it can be."),
    )
    return (
        Chain("Saturation", Claim(Diff(log(1 - Sigma(v)), v), "=", -Sigma(v)), first),
        Chain("No saturation", Claim(Diff(-log(Sigma(v)), v), "=", -(1 - Sigma(v))), second),
    )


def derivation() -> Derivation:
    with board():
        chains = (*saturation(), both_costs(), non_saturating(), criterion())
        masses = Grid(DATA, x, masses=True), Grid(MODEL, x, masses=True)
        return Derivation(
            id="gan-jsd",
            title="What a GAN minimises",
            statement=r"Against the best discriminator the generator minimises a Jensen-Shannon "
            r"divergence, $C(G) = -\log 4 + 2\,\mathrm{JSD}(p_d \,\|\, p_g)$; with the "
            "non-saturating cost its gradient is that of another quantity.",
            chains=chains,
            assumptions=(
                r"The discriminator is the best one, $D^*$, at each step; in practice it is not.",
                "All integrals exist, derivatives may be taken under them, and both densities are "
                "positive.",
                r"$\theta$ is the direction in which the generator's parameters move.",
            ),
            implementations=(
                Implementation(
                    "genedu.divergences.js_divergence",
                    arguments=masses,
                    equals=(jsd(MODEL, (DATA + MODEL) / 2),),
                ),
                Implementation(
                    "genedu.divergences.F_DIVERGENCES[gan].divergence",
                    arguments=masses,
                    equals=(criterion().steps[0].expr,),
                ),
                Implementation(
                    "genedu.divergences.kl_divergence",
                    arguments=masses[::-1],
                    equals=(KL(MODEL, DATA, x),),
                ),
            ),
            slips=slips(),
        )


def slips() -> tuple[Slip, ...]:
    """What the sources print instead."""
    model = Func("p_g", x, theta, kind="density", key="moving")
    return (
        Slip(
            7,
            -Sigma(v),
            r"The generator's cross-entropy is that of the discriminator with the opposite sign, "
            r"$V_G = -V_D$.",
            r"That is $\log(1 - D)$, the cost that saturates. A cross-entropy with the label 1 "
            r"for a false sample is $-\log D$: the label changes, not the sign.",
        ),
        Slip(
            19,
            Grad(KL(model, DATA, x), theta),
            r"The generator minimises $\mathrm{KL}(p_g \,\|\, p_d)$.",
            r"Neither cost does that alone: only their sum is this divergence. The non-saturating "
            r"one lacks $2\,\mathrm{JSD}$, and all of it holds only for the best discriminator.",
        ),
        Slip(
            25,
            -log(4) + jsd(MODEL, (DATA + MODEL) / 2),
            r"$C(G) = -\log 4 + \mathrm{JSD}(p_d \,\|\, p_g)$.",
            r"The factor 2 is lost. $\mathrm{JSD}$ is at most $\log 2$, and $C(G)$ reaches 0 for "
            "densities that do not overlap.",
        ),
    )
