"""``flow-change-of-variables``: exact densities by invertible maps (Dinh et al. 2017)."""

from sympy import exp, log

from ..engine import Chain, Claim, Derivation, Slip, Step
from ..implementations import Batch, Implementation
from ..jacobians import BlockDet, Diagonal, JacobianDet, Partials
from ..nodes import IndexProd, IndexSum, Named, Tensor, board, indices
from ..provers import Setting
from ..vectors import Inserted, MixedDiff, Vector, VectorFunc
from .flow_one_dimension import falling_map, growing_map

i, j, d, m = indices("i j d m")
a, b = Tensor("a", d), Tensor("b", m)
c = Tensor("c", m)  # the moved half as letters of its own, for the second layer
SIZES = {d: 2, m: 2}
KEPT = Vector(a[i], i, d)


def s(index):
    """``s_j(a)``, any function of the kept half."""
    return VectorFunc("s", index, KEPT)


def t(index):
    return VectorFunc("t", index, KEPT)


def moved(letter, scale, shift):
    """``b e^s + t``."""
    return letter * exp(scale) + shift


def jacobian(after: Vector) -> Chain:
    """The log-determinant of a coupling."""
    whole = (Partials(KEPT, a), Partials(KEPT, b), Partials(after, a), Partials(after, b))
    triangular = (
        Diagonal(1, i, d),
        Diagonal(0, i, d, m),
        Partials(after, a),
        Diagonal(exp(s(j)), j, m),
    )
    steps = (
        Step(
            log(JacobianDet((KEPT, after), (a, b))),
            r"A coupling keeps $\mathbf{a} = x_{1:d}$ and moves $\mathbf{b} = x_{d+1:D}$ to "
            r"$\mathbf{c}$, by as much as $\mathbf{a}$ says.",
        ),
        Step(log(BlockDet(*whole)), "The Jacobian in four blocks, one row of blocks a half."),
        Step(
            log(BlockDet(*triangular)),
            r"$\mathbf{a}$ stays, so the upper blocks are $I$ and 0. $c_j$ depends on no other "
            r"component of $\mathbf{b}$ than $b_j$. However wild $s$ and $t$ are, their "
            "derivatives stand in the lower left.",
        ),
        Step(
            log(IndexProd(exp(s(j)), (j, m))),
            "The determinant of a triangular matrix is the product of its diagonal. It is "
            "positive.",
        ),
        Step(
            IndexSum(s(j), (j, m)),
            "The logarithm of a product of exponentials: no determinant to compute.",
        ),
    )
    claim = Claim(log(JacobianDet((KEPT, after), (a, b))), "=", IndexSum(s(j), (j, m)))
    return Chain("The Jacobian of an affine coupling", claim, steps, Setting(sizes=SIZES))


def inverse(after: Named) -> Chain:
    """Back again, without inverting ``s`` or ``t``."""
    steps = (
        Step(
            (after - t(j)) * exp(-s(j)),
            r"The way back: $\mathbf{a}$ is still there, so $s_j(\mathbf{a})$ and "
            r"$t_j(\mathbf{a})$ can be computed again. Subtract, then shrink.",
        ),
        Step((moved(b[j], s(j), t(j)) - t(j)) * exp(-s(j)), r"What $c_j$ is."),
        Step(b[j] * exp(s(j)) * exp(-s(j)), "The shift cancels."),
        Step(b[j], "The scale cancels. Nothing was asked of $s$ and $t$: any network will do."),
    )
    setting = Setting(sizes=SIZES, each={j: m})
    claim = Claim((after - t(j)) * exp(-s(j)), "=", b[j])
    return Chain("The exact inverse", claim, steps, setting)


def two_layers(after: Vector) -> Chain:
    """The second coupling moves the half that the first kept."""
    letters = Vector(c[j], j, m)
    scale, shift = VectorFunc("s'", i, letters), VectorFunc("t'", i, letters)
    last = Named("r_{i}", moved(a[i], scale, shift))

    def inside(f):
        """``f`` of the moved half, as the first layer makes it."""
        return Inserted(f, c, after)

    second = inside(JacobianDet((Vector(last, i, d), letters), (a, c)))
    first = JacobianDet((KEPT, after), (a, b))
    steps = (
        Step(
            log(JacobianDet((Vector(inside(last), i, d), after), (a, b))),
            r"One coupling leaves half of $x$ as it was. A second one keeps $\mathbf{c}$ and "
            r"moves $\mathbf{a}$ to $\mathbf{r}$.",
        ),
        Step(
            log(second * first),
            "Chain rule: the Jacobian of both is the product of the two matrices, and the "
            "determinant of a product is the product of the determinants.",
        ),
        Step(log(second) + log(first), "The logarithm of a product."),
        Step(
            inside(IndexSum(scale, (i, d))) + IndexSum(s(j), (j, m)),
            "Line 14 for each layer: log-determinants add.",
        ),
    )
    claim = Claim(
        log(JacobianDet((Vector(inside(last), i, d), after), (a, b))),
        "=",
        inside(IndexSum(scale, (i, d))) + IndexSum(s(j), (j, m)),
    )
    return Chain("Two layers", claim, steps, Setting(sizes=SIZES))


def density(after: Vector) -> Chain:
    """The change of variables in several dimensions, for a coupling."""
    kept = VectorFunc("p", 0, KEPT, kind="positive")
    below = VectorFunc("F_{z}", 0, after, KEPT, kind="distribution")
    of_x = Named(r"F_{x}(\mathbf{b} \mid \mathbf{a})", below)
    p_z = Named(r"p_{z}(\mathbf{a}, \mathbf{c})", kept * below.mixed())
    steps = (
        Step(
            kept * MixedDiff(of_x, b),
            r"The density of $x$: that of the half that is kept, times the slope of "
            r"$F_x(\mathbf{b} \mid \mathbf{a}) = P(B_1 \leq b_1, \dots, B_m \leq b_m \mid "
            r"\mathbf{a})$ in every direction.",
        ),
        Step(
            kept * MixedDiff(below, b),
            r"With $\mathbf{a}$ held, each $c_j$ grows with its own $b_j$: all $B_j \leq b_j$ "
            r"exactly when all $C_j \leq c_j$.",
        ),
        Step(
            kept * below.mixed() * IndexProd(exp(s(j)), (j, m)),
            r"Chain rule, once for each $b_j$: the slope of $c_j$ is $e^{s_j(\mathbf{a})}$.",
        ),
        Step(
            p_z * IndexProd(exp(s(j)), (j, m)),
            r"The first two factors are the density of $z$ at $(\mathbf{a}, \mathbf{c})$.",
        ),
        Step(
            p_z * JacobianDet((KEPT, after), (a, b)),
            "Line 13: the product is the determinant. The slope has become a ratio of volumes.",
        ),
    )
    about = "Several dimensions, for a coupling"
    claim = Claim(kept * MixedDiff(of_x, b), "=", p_z * JacobianDet((KEPT, after), (a, b)))
    return Chain(about, claim, steps, Setting(sizes=SIZES))


def likelihood(after: Vector) -> Chain:
    """The logarithm of it."""
    base = VectorFunc("p_{z}", 0, KEPT, after, kind="positive")
    det = JacobianDet((KEPT, after), (a, b))
    steps = (
        Step(
            log(base * det),
            "The log-likelihood of one datum, from the last line. Each further layer "
            "brings its own determinant.",
        ),
        Step(log(base) + log(det), "The logarithm of a product."),
        Step(
            log(base) + IndexSum(s(j), (j, m)),
            "Line 14. The likelihood is exact, and costs no more than one pass through $s$ and "
            "$t$.",
        ),
    )
    about = "The exact log-likelihood"
    claim = Claim(
        log(base * JacobianDet((KEPT, after), (a, b))), "=", log(base) + IndexSum(s(j), (j, m))
    )
    return Chain(about, claim, steps, Setting(sizes=SIZES))


def derivation() -> Derivation:
    with board():
        c_j = Named("c_{j}", moved(b[j], s(j), t(j)))
        after = Vector(c_j, j, m)
        growing, slip = growing_map()
        scales, shifts = Tensor("s", m), Tensor("t", m)
        halves = (Batch(scales), Batch(shifts))
        return Derivation(
            id="flow-change-of-variables",
            title="The change of variables, and a map made for it",
            statement=r"$\log p_x(x) = \log p_z(f(x)) + "
            r"\log\left|\det\partial f/\partial x\right|$; for an affine coupling the last term "
            r"is a sum of numbers that are known already.",
            chains=(
                growing,
                falling_map(),
                jacobian(after),
                inverse(c_j),
                two_layers(after),
                density(after),
                likelihood(after),
            ),
            assumptions=(
                r"$f$, $s_j$ and $t_j$ are differentiable, and the slope of $f$ is nowhere 0.",
                r"$x$ and $z$ have densities: the distribution functions can be differentiated.",
                r"In several dimensions the formula is derived for couplings and their products, "
                "not for every invertible map.",
            ),
            implementations=(
                Implementation(
                    "genedu.models.coupling.couple",
                    arguments=(Batch(b), *halves),
                    equals=(moved(b[j], scales[j], shifts[j]), IndexSum(scales[i], (i, m))),
                    axes={j: m},
                    sizes={m: 3},
                ),
                Implementation(
                    "genedu.models.coupling.uncouple",
                    arguments=(Batch(c), *halves),
                    equals=((c[j] - shifts[j]) * exp(-scales[j]),),
                    axes={j: m},
                    sizes={m: 3},
                ),
            ),
            slips=(
                slip,
                Slip(
                    14,
                    IndexSum(exp(s(j)), (j, m)),
                    r"$\log\left|\det\right| = \sum_j e^{s_j(\mathbf{a})}$.",
                    r"That is the trace of the lower block, not the logarithm of its product.",
                ),
                Slip(
                    15,
                    c_j * exp(-s(j)) - t(j),
                    r"$b_j = c_j\,e^{-s_j(\mathbf{a})} - t_j(\mathbf{a})$.",
                    "The last thing done must be undone first: subtract, then shrink.",
                ),
            ),
        )
