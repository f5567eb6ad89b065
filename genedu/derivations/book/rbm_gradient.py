"""``rbm-gradient``: free energy and gradient of an RBM (Smolensky 1986; Hinton 2002)."""

from sympy import exp, log

from ..averages import Avg, DataAvg, StateSum
from ..calculus import Components, Grad
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..implementations import Batch, Data, Implementation
from ..nodes import IndexProd, IndexSum, Named, board
from ..provers import Setting
from .rbm_board import AV, JOINT, MACHINE, SIZES, TO_HIDDEN, E, H, V, W, Z, a, b, h, i, j, v


def account(visible: Named, given: Named, setting) -> Chain:
    """The log-likelihood in two parts: the pixels once ``h`` is known, and the price of ``h``."""
    prior = Named(r"p(\mathbf{h})", StateSum(JOINT, v))
    pixels = Named(r"p(\mathbf{v}\mid\mathbf{h})", JOINT / prior)

    def under(f):
        return Avg(f, given, given.name, h)

    price = Named(
        rf"\mathrm{{KL}}\left({given.name} \,\|\, {prior.name}\right)", under(log(given / prior))
    )
    steps = (
        Step(log(visible), "The logarithm of the probability of one picture."),
        Step(
            under(log(visible)),
            r"It does not depend on $\mathbf{h}$: average it over any probabilities, and over "
            r"$p(\mathbf{h}\mid\mathbf{v})$.",
        ),
        Step(
            under(log(pixels * prior / given)),
            r"Bayes: $p(\mathbf{v}) = p(\mathbf{v}\mid\mathbf{h})\,p(\mathbf{h}) / "
            r"p(\mathbf{h}\mid\mathbf{v})$ for every $\mathbf{h}$.",
        ),
        Step(
            under(log(pixels)) - price,
            r"The pixels once $\mathbf{h}$ is known, minus the price of $\mathbf{h}$: how far "
            r"$p(\mathbf{h}\mid\mathbf{v})$ is from what the machine expects without the picture.",
        ),
    )
    claim = Claim(log(visible), "=", under(log(pixels)) - price)
    return Chain("The two parts of the log-likelihood", claim, steps, setting)


def derivation() -> Derivation:
    with board():
        visible = Named(r"p(\mathbf{v})", StateSum(JOINT, h))
        softplus = IndexSum(log(1 + exp(TO_HIDDEN)), (j, H))
        free = Named(r"F(\mathbf{v})", -AV - softplus)
        given = Named(r"p(\mathbf{h}\mid\mathbf{v})", exp(-E) / StateSum(exp(-E), h))
        boltzmann, hidden_sum = exp(-E), StateSum(exp(-E), h)

        def grad(f):
            return Grad(f, a, b, W)

        def data(f):
            return DataAvg(f, v)

        def both(f):
            return data(Avg(f, given, given.name, h))

        def model(f):
            return Avg(f, JOINT, r"\text{model}", v, h)

        likelihood = (
            Step(
                log(visible),
                r"The probability of what is seen: only $\mathbf{v}$ is data.",
            ),
            Step(
                log(StateSum(JOINT, h)),
                r"$\mathbf{h}$ is not observed: sum it out.",
            ),
            Step(
                log(hidden_sum) - log(Z),
                r"$Z$ is the same in every term: take it out of the sum and the logarithm.",
            ),
            Step(
                log(exp(AV) * StateSum(IndexProd(exp(h[j] * TO_HIDDEN), (j, H)), h)) - log(Z),
                r"Sort the energy by hidden unit: $-E = \sum_i a_i v_i + \sum_j h_j c_j$. No term "
                r"joins two hidden units, so the exponential is a product over $j$.",
            ),
            Step(
                AV + log(IndexProd(1 + exp(TO_HIDDEN), (j, H))) - log(Z),
                r"Each $h_j$ is 0 or 1 by itself: the sum over $2^H$ states is a product of $H$ "
                "brackets.",
            ),
            Step(
                AV + softplus - log(Z),
                "The logarithm of a product is a sum.",
            ),
            Step(-free - log(Z), r"All that depends on $\mathbf{v}$ is the free energy $F$."),
        )
        gradient = (
            Step(
                grad(data(log(visible))),
                r"The mean log-likelihood, by any one parameter $\theta$.",
            ),
            Step(
                data(grad(log(hidden_sum))) - grad(log(Z)),
                "Line 2. The average over the data is a finite sum: the derivative goes inside.",
            ),
            Step(
                data(1 / hidden_sum * grad(hidden_sum)) - 1 / Z * grad(Z),
                r"Chain rule for both logarithms.",
            ),
            Step(
                data(1 / hidden_sum * StateSum(grad(boltzmann), h))
                - 1 / Z * StateSum(grad(boltzmann), v, h),
                "Both are finite sums: the derivative goes inside.",
            ),
            Step(
                -data(1 / hidden_sum * StateSum(boltzmann * grad(E), h))
                + 1 / Z * StateSum(boltzmann * grad(E), v, h),
                r"Chain rule: the derivative of $e^{-E}$ is $-e^{-E}$ times that of $E$.",
            ),
            Step(
                -data(StateSum(given * grad(E), h)) + StateSum(JOINT * grad(E), v, h),
                r"The two quotients are $p(\mathbf{h}\mid\mathbf{v})$ and "
                r"$p(\mathbf{v},\mathbf{h})$.",
            ),
            Step(
                -both(grad(E)) + model(grad(E)),
                r"Both sums are averages: over $\mathbf{h}$ given the data, and over the machine.",
            ),
            Step(
                Components(
                    (W[i, j], both(v[i] * h[j]) - model(v[i] * h[j])),
                    (a[i], data(v[i]) - model(v[i])),
                    (b[j], both(h[j]) - model(h[j])),
                ),
                r"$\partial E/\partial W_{ij} = -v_i h_j$, $\partial E/\partial a_i = -v_i$, "
                r"$\partial E/\partial b_j = -h_j$.",
            ),
        )
        setting = Setting(sizes=SIZES)
        chains = (
            Chain(
                "The log-likelihood and the free energy",
                Claim(
                    log(StateSum(JOINT, h)),
                    "=",
                    IndexSum(a[i] * v[i], (i, V))
                    + IndexSum(log(1 + exp(b[j] + IndexSum(W[i, j] * v[i], (i, V)))), (j, H))
                    - log(Z),
                ),
                likelihood,
                setting,
            ),
            Chain(
                "The gradient of the mean log-likelihood",
                Claim(
                    grad(data(log(visible))),
                    "=",
                    Components(
                        (W[i, j], both(v[i] * h[j]) - model(v[i] * h[j])),
                        (a[i], data(v[i]) - model(v[i])),
                        (b[j], both(h[j]) - model(h[j])),
                    ),
                ),
                gradient,
                setting,
            ),
            account(visible, given, setting),
        )
        rbm, sizes = "genedu.models.rbm.RBM", {V: 3, H: 2}
        return Derivation(
            id="rbm-gradient",
            title="The likelihood gradient of a restricted Boltzmann machine",
            statement=r"Data average minus model average, with the hidden units drawn from "
            r"$p(\mathbf{h}\mid\mathbf{v})$ under the data average.",
            chains=chains,
            main=1,
            assumptions=(
                r"No connections inside a layer: $E(\mathbf{v},\mathbf{h}) = -\mathbf{a}^{\top}"
                r"\mathbf{v} - \mathbf{b}^{\top}\mathbf{h} - \mathbf{v}^{\top}W\mathbf{h}$.",
                "All units are binary, so that the sums are finite.",
            ),
            implementations=(
                Implementation(
                    f"{rbm}.likelihood_gradient",
                    arguments=(Data(v),),
                    along=(W, a, b),
                    sizes=sizes,
                    **MACHINE,
                ),
                Implementation(
                    f"{rbm}.free_energy",
                    arguments=(Batch(v),),
                    equals=(free,),
                    gradients=(W, a, b),
                    sizes=sizes,
                    **MACHINE,
                ),
                Implementation(
                    f"{rbm}.log_prob",
                    arguments=(Batch(v),),
                    equals=(log(visible),),
                    gradients=(W, a, b),
                    sizes=sizes,
                    **MACHINE,
                ),
            ),
            slips=(
                Slip(
                    1,
                    log(JOINT),
                    r"$\log L = \sum_n \log p(\mathbf{v}^{(n)}, \mathbf{h})$.",
                    r"$\mathbf{h}$ is not in the data: which $\mathbf{h}$ would be meant? It must "
                    "be summed out.",
                ),
                Slip(
                    8,
                    data(grad(-E)) - grad(log(Z)),
                    r"$\sum_n \{-E(\mathbf{v}^{(n)},\mathbf{h}) - \log Z\}$ in the gradient.",
                    r"The same slip one line on: the data average would be $v_i h_j$ for an "
                    r"$\mathbf{h}$ that nobody chose, instead of its mean under "
                    r"$p(\mathbf{h}\mid\mathbf{v})$.",
                ),
            ),
        )
