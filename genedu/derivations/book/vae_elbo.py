"""``vae-elbo``: the evidence lower bound (Jordan et al. 1999; Kingma & Welling 2014)."""

from sympy import Symbol, log

from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Func
from ..gaps import Gap
from ..implementations import Grid, Implementation
from ..integrals import KL, Expectation, Integral
from ..nodes import Named, board

x, z = Symbol("x", real=True), Symbol("z", real=True)
LIKELIHOOD = Func("p", x, z, kind="density", key="likelihood")
PRIOR = Func("p", z, kind="density", key="prior")
Q = Func("q", z, x, kind="density")


def derivation() -> Derivation:
    with board():
        joint = LIKELIHOOD * PRIOR
        evidence = Named("p(x)", Integral(joint, z))
        posterior = Named(r"p(z \mid x)", joint / evidence)
        distance = KL(Q, posterior, z)
        elbo = Expectation(log(LIKELIHOOD), Q, z) - KL(Q, PRIOR, z)

        def under_q(f):
            return Expectation(f, Q, z)

        jensen = (
            Step(log(evidence), r"The logarithm of the probability of one datum $x$."),
            Step(
                log(Integral(joint, z)),
                r"$z$ is not observed: integrate it out. This integral has no closed form.",
            ),
            Step(
                log(Integral(joint / Q * Q, z)),
                r"Multiply and divide by a density $q(z \mid x)$ of our own choice.",
            ),
            Step(log(under_q(joint / Q)), r"That is an expectation under $q$."),
            Step(
                under_q(log(joint / Q)),
                r"Jensen: the logarithm is concave, so the mean of the logarithm is at most the "
                r"logarithm of the mean. Equality exactly if $q$ is the posterior.",
                "≥",
                gap=Gap(distance, {Q: posterior}),
            ),
            Step(
                under_q(log(LIKELIHOOD) + log(PRIOR) - log(Q)),
                "The logarithm of a product and of a quotient.",
            ),
            Step(
                under_q(log(LIKELIHOOD)) - under_q(log(Q) - log(PRIOR)),
                "The expectation of a sum is the sum of the expectations.",
            ),
            Step(
                elbo,
                r"The second term is a divergence: how far $q$ is from the prior.",
            ),
        )
        exact = (
            Step(log(evidence), "The same logarithm, without an inequality."),
            Step(
                under_q(log(evidence)),
                r"It does not depend on $z$, and $q$ integrates to 1.",
            ),
            Step(
                under_q(log(joint / posterior)),
                r"Bayes: $p(x) = p(x \mid z)\,p(z) / p(z \mid x)$.",
            ),
            Step(
                under_q(log((joint / Q) * (Q / posterior))),
                r"Multiply and divide by $q(z \mid x)$.",
            ),
            Step(
                under_q(log(joint / Q)) + under_q(log(Q / posterior)),
                "The logarithm of a product; the expectation of a sum.",
            ),
            Step(
                under_q(log(joint / Q)) + distance,
                "The second term is the divergence from the posterior.",
            ),
            Step(
                elbo + distance,
                "The first term is the bound, as before: what Jensen loses is this divergence.",
            ),
        )
        return Derivation(
            id="vae-elbo",
            title="The evidence lower bound",
            statement=r"For every density $q(z \mid x)$ the bound holds, and what it misses is "
            r"the divergence of $q$ from the posterior.",
            chains=(
                Chain(
                    "The bound, by Jensen",
                    Claim(
                        log(evidence),
                        "≥",
                        under_q(log(LIKELIHOOD)) - KL(Q, PRIOR, z),
                    ),
                    jensen,
                ),
                Chain(
                    "The same bound with its exact gap",
                    Claim(
                        log(evidence),
                        "=",
                        under_q(log(LIKELIHOOD)) - KL(Q, PRIOR, z) + KL(Q, posterior, z),
                    ),
                    exact,
                ),
            ),
            assumptions=(
                r"$q(z \mid x)$ and $p(x \mid z)\,p(z)$ are positive for the same $z$, and all "
                "integrals exist.",
                r"$z$ is written with one component; a vector changes no line.",
            ),
            implementations=(
                Implementation(
                    "genedu.evaluation.elbo",
                    arguments=(Grid(log(joint), z), Grid(log(Q), z), Grid(Q, z, masses=True)),
                    equals=(elbo,),
                ),
            ),
            slips=(
                Slip(
                    2,
                    log(Integral(Q / Q * (LIKELIHOOD / Q), z)),
                    r"$\frac{q}{q} \cdot \frac{p}{q}$ under the integral.",
                    r"Multiplied by $q/q$ and then divided by $q$ once more: the factor $q$ of "
                    "the expectation is lost.",
                ),
                Slip(
                    7,
                    under_q(log(LIKELIHOOD)) + KL(Q, PRIOR, z),
                    r"$\mathbb{E}_q[\log p(x \mid z)] + \mathrm{KL}(q \,\|\, p(z))$.",
                    "With a plus sign the bound would reward a posterior far from the prior.",
                ),
            ),
        )
