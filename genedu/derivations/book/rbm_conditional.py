"""``rbm-conditional``: both layers of an RBM given the other (Smolensky 1986; Hinton 2002)."""

from sympy import exp

from ..averages import StateSum
from ..calculus import Sigma
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..implementations import Batch, Implementation
from ..nodes import IndexProd, IndexSum, Named, Tensor, board
from ..provers import Cases, Setting
from .rbm_board import (
    AV,
    BH,
    JOINT,
    MACHINE,
    SIZES,
    TO_HIDDEN,
    TO_VISIBLE,
    E,
    H,
    V,
    W,
    a,
    b,
    energy,
    h,
    i,
    j,
    v,
)


def layer(claim: Claim, own, other_name, bias_term, index, axis, heard, letter):
    """The lines for one layer: ``own`` units, each of which hears ``heard``."""
    primed = Tensor(f"{own.name}'", axis, kind="binary")
    name = rf"\mathbf{{{own.name}}}'"
    if own is h:
        other_energy = energy(h=primed, names=rf"\mathbf{{v}},{name}")
    else:
        other_energy = energy(v=primed, names=rf"{name},\mathbf{{h}}")

    def product(f):
        return IndexProd(f, (index, axis))

    unit = Sigma(heard)
    weights = StateSum(product(exp(primed[index] * heard)), primed)
    steps = (
        Step(
            JOINT / StateSum(JOINT, own),
            rf"The definition of $p(\mathbf{{{own.name}}}\mid\mathbf{{{other_name}}})$: joint "
            "probability over the sum of all cases.",
        ),
        Step(
            exp(-E) / StateSum(exp(-other_energy), primed),
            rf"$Z$ cancels. The state that is summed over gets its own letter ${name}$.",
        ),
        Step(
            exp(bias_term) * product(exp(own[index] * heard)) / (exp(bias_term) * weights),
            rf"Sort the energy by unit: ${letter}$ is all that unit hears. No term joins two "
            "units of one layer, so the exponential is a product.",
        ),
        Step(
            product(exp(own[index] * heard)) / weights,
            rf"The biases of the other layer do not depend on $\mathbf{{{own.name}}}$: they "
            "cancel.",
        ),
        Step(
            product(exp(own[index] * heard)) / product(1 + exp(heard)),
            "Each unit is 0 or 1 by itself: the sum over all states is a product of brackets.",
        ),
        Step(
            product(exp(own[index] * heard) / (1 + exp(heard))),
            "Join the two products: the layer factorises, unit by unit.",
        ),
        Step(
            product(unit ** own[index] * (1 - unit) ** (1 - own[index])),
            rf"At 1 the factor is $\sigma({letter})$, at 0 it is $1-\sigma({letter})$: each unit "
            rf"is a coin of its own, on with probability $\sigma({letter})$.",
            evidence=Cases((own,)),
        ),
    )
    return Chain(
        rf"The layer $\mathbf{{{own.name}}}$ given $\mathbf{{{other_name}}}$",
        claim,
        steps,
        Setting(sizes=SIZES),
    )


def coin(claim: Claim, own, unit, on: Named, heard, index, axis, letter) -> Chain:
    """One unit of a layer: the other units of the layer drop out."""
    steps = (
        Step(on, "How probable is it that this one unit is on?"),
        Step(
            StateSum(unit * JOINT, own) / StateSum(JOINT, own),
            "All states in which it is on; the others are multiplied by 0.",
        ),
        Step(
            exp(heard) / (1 + exp(heard)),
            "Both sums are products over the units, and the brackets of all other units cancel.",
        ),
        Step(Sigma(heard), rf"Divide above and below by $e^{{{letter}}}$."),
    )
    setting = Setting(sizes=SIZES, each={index: axis})
    return Chain(rf"One unit of the layer $\mathbf{{{own.name}}}$", claim, steps, setting)


def coins() -> tuple[Chain, Chain]:
    """One unit of either layer."""
    on = Named(
        r"p(h_j{=}1 \mid \mathbf{v})", StateSum(h[j] * JOINT, h) / StateSum(JOINT, h), False
    )
    lit = Named(
        r"p(v_i{=}1 \mid \mathbf{h})", StateSum(v[i] * JOINT, v) / StateSum(JOINT, v), False
    )
    hidden = Claim(on, "=", Sigma(b[j] + IndexSum(W[i, j] * v[i], (i, V))))
    visible = Claim(lit, "=", Sigma(a[i] + IndexSum(W[i, j] * h[j], (j, H))))
    return (
        coin(hidden, h, h[j], on, TO_HIDDEN, j, H, "c_j"),
        coin(visible, v, v[i], lit, TO_VISIBLE, i, V, "d_i"),
    )


def derivation() -> Derivation:
    with board():
        hidden = Claim(
            JOINT / StateSum(JOINT, h),
            "=",
            IndexProd(Sigma(TO_HIDDEN) ** h[j] * (1 - Sigma(TO_HIDDEN)) ** (1 - h[j]), (j, H)),
        )
        visible = Claim(
            JOINT / StateSum(JOINT, v),
            "=",
            IndexProd(Sigma(TO_VISIBLE) ** v[i] * (1 - Sigma(TO_VISIBLE)) ** (1 - v[i]), (i, V)),
        )
        chains = (
            layer(hidden, h, "v", AV, j, H, TO_HIDDEN, "c_j"),
            layer(visible, v, "h", BH, i, V, TO_VISIBLE, "d_i"),
            *coins(),
        )
        softmax = IndexProd(exp(h[j] * TO_HIDDEN), (j, H)) / (1 + IndexSum(exp(TO_HIDDEN), (j, H)))
        rbm, sizes = "genedu.models.rbm.RBM", {V: 3, H: 2}
        return Derivation(
            id="rbm-conditional",
            title="Each layer of a restricted Boltzmann machine, given the other",
            statement="Given one layer, the units of the other are independent coins; the "
            "probability of each is the sigmoid of what it hears.",
            chains=chains,
            main=1,
            assumptions=(
                r"No connections inside a layer: $E(\mathbf{v},\mathbf{h}) = -\mathbf{a}^{\top}"
                r"\mathbf{v} - \mathbf{b}^{\top}\mathbf{h} - \mathbf{v}^{\top}W\mathbf{h}$.",
                r"All units are binary, 0 or 1.",
            ),
            implementations=(
                Implementation(
                    f"{rbm}.prob_hidden",
                    arguments=(Batch(v),),
                    equals=(Sigma(TO_HIDDEN),),
                    axes={j: H},
                    sizes=sizes,
                    **MACHINE,
                ),
                Implementation(
                    f"{rbm}.prob_visible",
                    arguments=(Batch(h),),
                    equals=(Sigma(TO_VISIBLE),),
                    axes={i: V},
                    sizes=sizes,
                    **MACHINE,
                ),
                Implementation(
                    f"{rbm}.energy",
                    arguments=(Batch(v), Batch(h)),
                    equals=(E,),
                    sizes=sizes,
                    **MACHINE,
                ),
            ),
            slips=(
                Slip(
                    4,
                    softmax,
                    r"$\sum_{\mathbf{h}} e^{\sum_j h_j c_j} = 1 + \sum_j e^{c_j}$.",
                    "This counts only states with at most one unit on: it is a softmax over "
                    "units, which compete, and not a layer of independent coins.",
                ),
            ),
        )
