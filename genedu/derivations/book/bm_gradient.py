"""``bm-gradient``: the gradient of a Boltzmann machine (Ackley, Hinton & Sejnowski 1985)."""

from sympy import exp, log

from ..averages import Avg, DataAvg, StateSum
from ..calculus import Components, Grad
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..implementations import Data, Implementation
from ..nodes import IndexSum, Named, Tensor, board, indices
from ..provers import Setting

i, j, M = indices("i j M")
x = Tensor("x", M, kind="binary")
b = Tensor("b", M)
W = Tensor("W", M, M, symmetric=True)
BIAS = IndexSum(b[i] * x[i], (i, M))


def machine(energy):
    """``Φ``, ``Z`` and ``p`` of the energy."""
    with board():
        phi = Named(r"\Phi(\mathbf{x})", energy)
        z = Named("Z", StateSum(exp(-phi), x))
        return phi, z, Named(r"p(\mathbf{x})", exp(-phi) / z)


def derivation() -> Derivation:
    with board():
        pairs = IndexSum(W[i, j] * x[i] * x[j], (i, M), (j, M), where=("<", i, j))
        phi, z, p = machine(-BIAS - pairs)
        ordered = IndexSum(W[i, j] * x[i] * x[j], (i, M), (j, M))
        slipped, slipped_z, _ = machine(-BIAS - ordered)

        def grad(f):
            return Grad(f, b, W)

        def data(f):
            return DataAvg(f, x)

        def model(f):
            return Avg(f, p, r"\text{model}", x)

        positive = data(grad(phi))
        steps = (
            Step(
                grad(data(log(p))),
                r"The mean log-likelihood $\frac{1}{N}\log L(\theta)$, by any one parameter "
                r"$\theta$: a weight $W_{ij}$ or a bias $b_i$.",
            ),
            Step(grad(data(-phi - log(z))), "The logarithm of a quotient is a difference."),
            Step(
                -grad(data(phi)) - grad(log(z)),
                r"$\log Z$ is the same number for every data point, so its average is itself.",
            ),
            Step(
                -positive - grad(log(z)),
                "The average over the data is a finite sum: the derivative goes inside.",
            ),
            Step(-positive - 1 / z * grad(z), r"Chain rule: $(\log Z)' = Z'/Z$."),
            Step(
                -positive - 1 / z * StateSum(grad(exp(-phi)), x),
                r"$Z$ is a finite sum of $2^M$ terms: the derivative goes inside.",
            ),
            Step(
                -positive + 1 / z * StateSum(exp(-phi) * grad(phi), x),
                r"Chain rule: the derivative of $e^{-\Phi}$ is $-e^{-\Phi}$ times that of $\Phi$.",
            ),
            Step(
                -positive + StateSum(p * grad(phi), x),
                r"$e^{-\Phi}/Z$ is the probability of the state.",
            ),
            Step(
                -positive + model(grad(phi)),
                "A sum over all states, each weighted by its probability, is the model's average.",
            ),
            Step(
                Components(
                    (W[i, j], data(x[i] * x[j]) - model(x[i] * x[j])),
                    (b[i], data(x[i]) - model(x[i])),
                ),
                r"In $\Phi$ the weight $W_{ij}$ multiplies only $-x_i x_j$ (each pair stands "
                r"there once), and $b_i$ only $-x_i$.",
            ),
        )
        chain = Chain(
            "The gradient of the mean log-likelihood",
            Claim(
                grad(data(log(p))),
                "=",
                Components(
                    (W[i, j], data(x[i] * x[j]) - model(x[i] * x[j])),
                    (b[i], data(x[i]) - model(x[i])),
                ),
            ),
            steps,
            Setting(sizes={M: 3}),
        )
        return Derivation(
            id="bm-gradient",
            title="The likelihood gradient of a Boltzmann machine",
            statement=r"What the data do on average, minus what the machine does on average.",
            chains=(chain,),
            assumptions=(
                r"$W$ is symmetric: $W_{ij} = W_{ji}$ is one parameter. Its diagonal does not "
                "enter the energy.",
                r"The units are binary, so that $Z$ is a finite sum.",
            ),
            implementations=(
                Implementation(
                    "genedu.models.boltzmann.likelihood_gradient",
                    arguments=(Data(x), W, b),
                    along=(W, b),
                    sizes={M: 4},
                ),
            ),
            slips=(
                Slip(
                    1,
                    grad(data(-slipped - log(slipped_z))),
                    r"$\Phi(\mathbf{x}) = -\sum_i b_i x_i - \sum_{i,j} W_{ij} x_i x_j$ over all "
                    r"ordered pairs, with the same gradient.",
                    r"Each pair is then counted twice, as $W_{ij}$ and as $W_{ji}$, and the "
                    "gradient by the one number they share is twice as large.",
                ),
            ),
        )
