"""``bm-conditional``: one unit given all others (Geman & Geman 1984; Ackley et al. 1985)."""

from sympy import exp, log

from ..averages import StateSum
from ..calculus import At, Sigma
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..implementations import Batch, Implementation, Unit
from ..nodes import IndexSum, Named, Tensor, board, indices
from ..provers import Setting
from .bm_gradient import BIAS, M, W, b, i, j, machine, x

(k,) = indices("k")


def ratios(phi: Named, p: Named, setting) -> tuple[Chain, Chain]:
    """What a difference of energies and a weight are, in probabilities."""
    other = Tensor("x'", M, kind="binary")
    other_phi = Named(r"\Phi(\mathbf{x}')", phi.definition.xreplace({x: other}), shown=False)
    other_p = Named(r"p(\mathbf{x}')", p.definition.xreplace({x: other}), shown=False)
    two = (
        Step(
            p / other_p,
            r"How much more probable is $\mathbf{x}$ than another state, $\mathbf{x}'$?",
        ),
        Step(exp(-phi) / exp(-other_phi), "$Z$ is the same in both: it cancels."),
        Step(exp(-(phi - other_phi)), "Only the difference of the energies is left."),
    )

    def corner(one, two, law, name):
        return Named(f"{name}({one}{two})", At(At(law, x[1], one), x[2], two), shown=False)

    p11, p00 = corner(1, 1, p, "p"), corner(0, 0, p, "p")
    p10, p01 = corner(1, 0, p, "p"), corner(0, 1, p, "p")
    e11, e00 = corner(1, 1, phi, r"\Phi"), corner(0, 0, phi, r"\Phi")
    e10, e01 = corner(1, 0, phi, r"\Phi"), corner(0, 1, phi, r"\Phi")
    odds = (
        Step(
            log(p11 * p00 / (p10 * p01)),
            r"Let two units, $x_1$ and $x_2$, take all four pairs of values and hold the others "
            r"still: $p(10)$ is the probability of the state with $x_1 = 1$, $x_2 = 0$. By what "
            "factor does one unit change the odds of the other?",
        ),
        Step(e10 + e01 - e11 - e00, r"$\log p = -\Phi - \log Z$, and $Z$ cancels."),
        Step(
            W[1, 2],
            r"Every term without both $x_1$ and $x_2$ stands there as often with a plus as with a "
            "minus. What the other units do makes no difference.",
        ),
    )
    return (
        Chain(
            "What a difference of energies is worth",
            Claim(p / other_p, "=", exp(-(phi - other_phi))),
            two,
            setting,
        ),
        Chain(
            "What a weight is worth",
            Claim(log(p11 * p00 / (p10 * p01)), "=", W[1, 2]),
            odds,
            setting,
        ),
    )


def derivation() -> Derivation:
    with board():
        pairs = IndexSum(W[i, j] * x[i] * x[j], (i, M), (j, M), where=("<", i, j))
        phi, z, p = machine(-BIAS - pairs)
        on = Named(r"\Phi_1", At(phi, x[i], 1))
        off = Named(r"\Phi_0", At(phi, x[i], 0))
        p_on = Named(r"p(x_i{=}1,\mathbf{x}_{\setminus i})", At(p, x[i], 1), shown=False)

        others = IndexSum(W[i, j] * x[j], (j, M), where=("≠", j, i))
        field = b[i] + others
        before = IndexSum(W[k, i] * x[k], (k, M), where=("<", k, i))
        after = IndexSum(W[i, k] * x[k], (k, M), where=(">", k, i))

        flip = (
            Step(
                off - on,
                r"How much lower is the energy when unit $i$ is on than when it is off?",
            ),
            Step(
                b[i] + before + after,
                r"Terms without $x_i$ stand in both energies and cancel; $x_i = 0$ leaves nothing "
                r"of the others.",
            ),
            Step(field, r"$W_{ki} = W_{ik}$: one sum over all units but $i$."),
        )
        probability = (
            Step(
                p_on / StateSum(p, x[i]),
                r"The definition of $p(x_i{=}1 \mid \mathbf{x}_{\setminus i})$: joint probability "
                r"over the sum of both cases.",
            ),
            Step(
                (exp(-on) / z) / (exp(-on) / z + exp(-off) / z),
                r"Put in $p = e^{-\Phi}/Z$ for both values of $x_i$.",
            ),
            Step(
                exp(-on) / (exp(-on) + exp(-off)),
                r"$Z$ cancels: the sum over $2^M$ states is gone.",
            ),
            Step(1 / (1 + exp(-(off - on))), r"Divide above and below by $e^{-\Phi_1}$."),
            Step(1 / (1 + exp(-field)), r"Put in $\Phi_0 - \Phi_1$ from above."),
            Step(
                Sigma(field), r"This function is the logistic sigmoid $\sigma(t) = 1/(1+e^{-t})$."
            ),
        )
        setting = Setting(sizes={M: 3}, each={i: M})
        chains = (
            Chain(
                "What turning one unit on is worth",
                Claim(off - on, "=", b[i] + IndexSum(W[i, j] * x[j], (j, M), where=("≠", j, i))),
                flip,
                setting,
            ),
            Chain(
                "The probability that it is on",
                Claim(
                    p_on / StateSum(p, x[i]),
                    "=",
                    Sigma(b[i] + IndexSum(W[i, j] * x[j], (j, M), where=("≠", j, i))),
                ),
                probability,
                setting,
            ),
            *ratios(phi, p, Setting(sizes={M: 3})),
        )
        whole_row = b[i] + IndexSum(W[i, j] * x[j], (j, M))
        return Derivation(
            id="bm-conditional",
            title="One unit of a Boltzmann machine, given all others",
            statement="Given all others, a unit is on with the sigmoid of what they tell it.",
            chains=chains,
            main=1,
            assumptions=(
                r"$W$ is symmetric: $W_{ij} = W_{ji}$. Its diagonal does not enter the energy.",
                r"The units are binary, $x_i \in \{0,1\}$.",
            ),
            implementations=(
                Implementation(
                    "genedu.models.boltzmann.conditional",
                    arguments=(Batch(x), Unit(i, M), W, b),
                    sizes={M: 4},
                ),
                Implementation(
                    "genedu.models.boltzmann.energy",
                    arguments=(Batch(x), W, b),
                    equals=(phi,),
                    sizes={M: 4},
                ),
            ),
            slips=(
                Slip(
                    8,
                    1 / exp(-field),
                    r"$\sigma(z) = 1/e^{-z}$.",
                    r"The $1+$ is missing: this is $e^{z}$, which is no probability for $z > 0$.",
                ),
                Slip(
                    2,
                    whole_row,
                    r"$\Phi_0 - \Phi_1 = b_i + \sum_{j=1}^{M} W_{ij} x_j$, the sum with $j = i$.",
                    r"$W_{ii} x_i$ is no part of the energy; it would make the probability of "
                    r"$x_i$ depend on $x_i$. Code may sum over all $j$ only where the diagonal is "
                    "stored as 0.",
                ),
                Slip(
                    8,
                    Sigma(whole_row),
                    r"$\sigma(b_i + \sum_{j=1}^{M} W_{ij} x_j)$, again with $j = i$.",
                    r"As above: the unit would listen to itself.",
                ),
            ),
        )
