"""``ddgm-gradient``: an energy model and the generator that samples for it (Kim & Bengio 2016)."""

from sympy import Symbol, exp, log

from ..calculus import Grad
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Func
from ..implementations import Grid, Implementation
from ..integrals import KL, Expectation, Integral
from ..nodes import Named, board
from .ddgm_entropy import SCALE, SIZES, surrogate, units

theta = Symbol(r"\Theta", real=True)
x, other = Symbol("x", real=True), Symbol("x'", real=True)
ENERGY = Func("E", x, kind="energy", silent=(theta,))
OF_OTHER = Func("E", other, kind="energy", silent=(theta,))
DATA = Func(r"p_{d}", x, kind="density")
MADE = Func(r"p_{\Phi}", x, kind="density")

with board():
    Z = Named("Z", Integral(exp(-OF_OTHER), other))
    MODEL = Named(r"p_{\Theta}(x)", exp(-ENERGY) / Z)
    MODEL_OTHER = Named(r"p_{\Theta}(x')", exp(-OF_OTHER) / Z, shown=False)


def grad(f):
    return Grad(f, theta, name=r"\Theta")


def over(law, f):
    return Expectation(f, law, x)


def under_model(f):
    return Expectation(f, MODEL_OTHER, other)


def entropy():
    """The entropy of the sampler."""
    return Named(r"H(p_{\Phi})", -Integral(MADE * log(MADE), x))


def fit() -> Chain:
    """What training makes small."""
    steps = (
        Step(
            KL(DATA, MODEL, x),
            r"How far the model $p_\Theta = e^{-E}/Z$ is from the data.",
        ),
        Step(over(DATA, log(DATA) - log(MODEL)), "The logarithm of the quotient."),
        Step(
            Integral(DATA * log(DATA), x) - Integral(DATA * log(MODEL), x),
            r"Two integrals, both under the law of the data.",
        ),
        Step(
            over(DATA, log(DATA)) + over(DATA, -log(MODEL)),
            r"Only the second depends on $\Theta$: the mean negative log-likelihood.",
        ),
        Step(
            over(DATA, log(DATA)) + over(DATA, ENERGY) + log(Z),
            r"Mean energy of the data, and the logarithm of the partition function, which "
            "nobody can compute.",
        ),
    )
    claim = Claim(KL(DATA, MODEL, x), "=", over(DATA, log(DATA)) + over(DATA, ENERGY) + log(Z))
    return Chain("The loss of the energy model", claim, steps)


def gradient() -> Chain:
    """The gradient for one datum."""
    here = grad(ENERGY)
    steps = (
        Step(grad(-log(MODEL)), r"One datum: the slope of its negative log-likelihood."),
        Step(here + grad(log(Z)), r"$-\log p_\Theta = E + \log Z$."),
        Step(here + grad(Z) / Z, "The derivative of a logarithm."),
        Step(
            here + Integral(grad(exp(-OF_OTHER)), other) / Z,
            r"$Z$ is an integral; the derivative goes inside.",
        ),
        Step(
            here - Integral(exp(-OF_OTHER) * grad(OF_OTHER), other) / Z,
            r"Chain rule: the derivative of $e^{-E}$ is $-e^{-E}$ times that of $E$.",
        ),
        Step(
            here - Integral(MODEL_OTHER * grad(OF_OTHER), other),
            r"$e^{-E}/Z$ is the model itself.",
        ),
        Step(
            here - under_model(grad(OF_OTHER)),
            "Pull the energy down at the datum, push it up where the model itself lives.",
        ),
    )
    claim = Claim(grad(-log(MODEL)), "=", grad(ENERGY) - under_model(grad(OF_OTHER)))
    return Chain("The gradient for one datum", claim, steps)


def contrast() -> Chain:
    """What is trained on: a difference of energies."""
    steps = (
        Step(
            grad(over(DATA, ENERGY) - over(MADE, ENERGY)),
            r"A sampler $p_\Phi$ stands in for the model. Its samples are held fixed: "
            r"$p_\Phi$ does not contain $\Theta$.",
        ),
        Step(
            grad(over(DATA, ENERGY)) - grad(over(MADE, ENERGY)),
            "The derivative of a difference.",
        ),
        Step(
            over(DATA, grad(ENERGY)) - over(MADE, grad(ENERGY)),
            r"Neither law contains $\Theta$: the derivative goes inside. If the samples are "
            "the model's, this is line 11, averaged over the data.",
        ),
    )
    claim = Claim(
        grad(over(DATA, ENERGY) - over(MADE, ENERGY)),
        "=",
        over(DATA, grad(ENERGY)) - over(MADE, grad(ENERGY)),
    )
    return Chain("The difference of energies that is trained on", claim, steps)


def missing() -> Chain:
    """Gradients agree, values do not: what the difference of energies leaves out."""
    steps = (
        Step(log(Z), r"The loss has $\log Z$ where the difference has $-\mathbb{E}[E]$."),
        Step(under_model(log(Z)), r"A number is its own mean."),
        Step(under_model(-log(MODEL_OTHER) - OF_OTHER), r"$\log p_\Theta = -E - \log Z$."),
        Step(
            -Integral(MODEL_OTHER * log(MODEL_OTHER), other) - under_model(OF_OTHER),
            r"The entropy of the model is left over, and it moves with $\Theta$. So the "
            "difference is no likelihood, not even up to a constant: only its gradient, at "
            "fixed samples, is right.",
        ),
    )
    claim = Claim(
        log(Z),
        "=",
        -Integral(MODEL_OTHER * log(MODEL_OTHER), other) - under_model(OF_OTHER),
    )
    return Chain("What the difference is not: the loss", claim, steps)


def generator() -> Chain:
    """What the generator makes small."""
    steps = (
        Step(
            KL(MADE, MODEL, x),
            r"The sampler has to follow the model: make $p_\Phi$ close to $p_\Theta$.",
        ),
        Step(over(MADE, log(MADE) - log(MODEL)), "The logarithm of the quotient."),
        Step(
            over(MADE, log(MADE)) + over(MADE, -log(MODEL)),
            "The expectation of a sum is the sum of the expectations.",
        ),
        Step(
            -entropy() + over(MADE, ENERGY + log(Z)),
            r"The first is the entropy of the sampler, with a minus sign; $-\log p_\Theta = "
            r"E + \log Z$.",
        ),
        Step(
            over(MADE, ENERGY) - entropy() + log(Z),
            r"Low energy and high entropy: without the entropy all samples would fall into "
            r"one well. $\log Z$ does not depend on the sampler.",
        ),
    )
    claim = Claim(KL(MADE, MODEL, x), "=", over(MADE, ENERGY) - entropy() + log(Z))
    return Chain("The loss of the generator", claim, steps)


def derivation() -> Derivation:
    with board():
        chains = (fit(), gradient(), contrast(), missing(), *units(), generator())
        start = sum(len(chain.steps) for chain in chains[:-1])
        mixed = Func(r"p_{\Psi}", x, kind="density")
        return Derivation(
            id="ddgm-gradient",
            title="An energy model and the generator that samples for it",
            statement=r"The gradient of $-\log p_\Theta(x)$ is that of the energy at the datum "
            "minus its mean under the model. A generator that samples in its place minimises mean "
            "energy minus entropy.",
            chains=chains,
            assumptions=(
                r"$e^{-E}$ can be integrated, and derivative and integral may change places.",
                r"Densities are positive on the whole line; one component is written.",
                "The entropy of the generator is not known. What is put in its place treats the "
                "units of a normalised layer as normal and independent: that is an "
                "approximation, no line proves it.",
            ),
            implementations=(
                Implementation(
                    "genedu.models.energy_terms.contrastive_energy",
                    arguments=(
                        Grid(ENERGY, x),
                        Grid(ENERGY, x),
                        Grid(DATA, x, masses=True),
                        Grid(MADE, x, masses=True),
                    ),
                    equals=(over(DATA, ENERGY) - over(MADE, ENERGY),),
                ),
                Implementation(
                    "genedu.models.energy_terms.scale_entropy",
                    arguments=(SCALE,),
                    equals=(surrogate(),),
                    gradients=(SCALE,),
                    sizes=SIZES,
                ),
                Implementation(
                    "genedu.models.energy_terms.generator_energy",
                    arguments=(Grid(ENERGY, x), SCALE, Grid(MADE, x, masses=True)),
                    equals=(over(MADE, ENERGY) - surrogate(),),
                    sizes=SIZES,
                ),
            ),
            slips=(
                Slip(
                    2,
                    Integral(DATA * log(DATA), x) - Integral(MODEL * log(MODEL), x),
                    r"$\int p_d \log p_d\,dx - \int p_\Theta \log p_\Theta\,dx$.",
                    r"Both integrals are under $p_d$. Under $p_\Theta$ the second would be the "
                    "entropy of the model and would not see the data.",
                ),
                Slip(
                    4,
                    over(DATA, log(DATA)) + over(DATA, ENERGY) - over(MODEL, ENERGY),
                    r"$\mathbb{E}_d[-\log p_\Theta] = \mathbb{E}_d[E] - \mathbb{E}_\Theta[E]$, "
                    "an equality of losses.",
                    r"Only the gradients agree. In the loss itself $\log Z$ stands, and it is not "
                    r"$-\mathbb{E}_\Theta[E]$: they differ by the entropy of the model.",
                ),
                Slip(
                    start + 2,
                    over(mixed, log(mixed)) + over(MADE, -log(MODEL)),
                    r"$\mathrm{KL}(p_\Psi \,\|\, p_\Theta)$ with means under $p_\Phi$.",
                    "There is one sampler. Two letters for it make two densities, and then the "
                    "line is false.",
                ),
                Slip(
                    start + 4,
                    over(MADE, ENERGY) - entropy(),
                    r"$\mathrm{KL}(p_\Phi \,\|\, p_\Theta) = \mathbb{E}_\Phi[E] - H(p_\Phi)$.",
                    r"$\log Z$ is missing. It changes no gradient of the generator, but without "
                    "it the line is no divergence and can be negative.",
                ),
            ),
            main=1,
        )
