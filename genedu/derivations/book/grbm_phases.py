"""The Gaussian-Gaussian RBM: its conditionals, one step of its chain, the update of CD_n.

The first half of `grbm_cd_pca`: everything with matrices, in any dimension. What is left is one
number for each principal direction.
"""

from sympy import Integer, Symbol

from ..engine import Chain, Claim, Step
from ..matrices import Expect, Identity, Mat, Mode, Norm2, Number, T
from ..nodes import Named, indices
from ..provers import Algebra, Setting

V, H = indices("V H")
sv = Symbol("sigma_v", positive=True)
sh = Symbol("sigma_h", positive=True)
s = Symbol("s", positive=True)  # one singular value of W
lam = Symbol("lambda", positive=True)  # the data's variance along its direction
lam_n = Symbol("lambda_n", positive=True)

U = Mat("U", V, V, kind="orthogonal")
R = Mat("R", H, H, kind="orthogonal")
S = Mat("S", V, H, kind="diagonal", mode=s)
L0 = Mat(r"\Lambda", V, V, kind="diagonal", mode=lam)
Ln = Mat(r"\Lambda_n", V, V, kind="diagonal", mode=lam_n)
W = Mat("W", V, H, equals=U * S * T(R))
C = Mat("C", V, V, kind="symmetric", equals=U * L0 * T(U))
Cn = Mat("C_n", V, V, kind="symmetric", equals=U * Ln * T(U))
v, h = Mat(r"\mathbf{v}", V), Mat(r"\mathbf{h}", H)
a, b = Mat(r"\mathbf{a}", V), Mat(r"\mathbf{b}", H)
xi, eta = Mat(r"\xi", V), Mat(r"\eta", H)
AXES = Algebra(unfold=(W, C, Cn))
SETTING = Setting(sizes={V: 3, H: 2}, domains={s: (0, 1)})


def conditionals() -> Chain:
    """Completing the square, once in each layer."""
    energy = Named(
        r"E(\mathbf{v},\mathbf{h})",
        Norm2(v - a) / (2 * sv**2) + Norm2(h - b) / (2 * sh**2) - Number(T(v) * W * h) / (sv * sh),
    )
    in_hidden = 1 / (2 * sh**2) * Norm2(h - b - sh / sv * T(W) * v)
    in_visible = 1 / (2 * sv**2) * Norm2(v - a - sv / sh * W * h)
    steps = (
        Step(energy, "The energy of both layers."),
        Step(
            in_hidden
            + 1 / (2 * sv**2) * (Norm2(v - a) - Norm2(T(W) * v))
            - 1 / (sv * sh) * Number(T(v) * W * b),
            r"Complete the square in $\mathbf{h}$: given $\mathbf{v}$ it is a Gaussian with mean "
            r"$\mathbf{b} + \frac{\sigma_h}{\sigma_v} W^{\top}\mathbf{v}$ and covariance "
            r"$\sigma_h^2 I$.",
        ),
        Step(
            in_visible
            + 1 / (2 * sh**2) * (Norm2(h - b) - Norm2(W * h))
            - 1 / (sv * sh) * Number(T(a) * W * h),
            r"And in $\mathbf{v}$: given $\mathbf{h}$ it is a Gaussian with mean "
            r"$\mathbf{a} + \frac{\sigma_v}{\sigma_h} W\mathbf{h}$ and covariance "
            r"$\sigma_v^2 I$. From here on the data are centred, and "
            r"$\mathbf{a} = \mathbf{b} = 0$.",
        ),
    )
    claim = Claim(
        energy,
        "=",
        1 / (2 * sv**2) * Norm2(v - a - sv / sh * W * h)
        + 1 / (2 * sh**2) * (Norm2(h - b) - Norm2(W * h))
        - 1 / (sv * sh) * Number(T(a) * W * h),
    )
    return Chain("Each layer, given the other", claim, steps, SETTING)


def draws():
    """``h`` given ``v``, and the reconstruction ``v'`` given ``h``: both are drawn."""
    hidden = Named(r"\mathbf{h}", sh / sv * T(W) * v + sh * eta)
    return hidden, Named(r"\mathbf{v}'", sv / sh * W * hidden + sv * xi)


def covariance() -> Chain:
    """One step of Gibbs sampling maps the covariance ``C`` of ``v`` to that of ``v'``."""
    _, again = draws()
    noise = (eta, Identity()), (xi, Identity())
    steps = (
        Step(
            Mode(T(U) * Expect(again * T(again), "", (v, C), *noise) * U),
            r"The variance of the reconstruction $\mathbf{v}'$ along one principal direction "
            r"$\mathbf{u}_k$ of the data; $\eta$ and $\xi$ are independent standard normal.",
        ),
        Step(
            Mode(T(U) * (W * T(W) * C * W * T(W) + sv**2 * W * T(W) + sv**2 * Identity()) * U),
            r"$\mathbf{v}' = WW^{\top}\mathbf{v} + \sigma_v W\eta + \sigma_v\xi$. The three are "
            r"independent with mean 0: only the squares survive.",
        ),
        Step(
            Mode(S * T(S) * L0 * S * T(S) + sv**2 * S * T(S) + sv**2 * Identity()),
            r"Let the singular directions of $W = USR^{\top}$ be the principal directions of "
            r"$C = U\Lambda U^{\top}$. Then $U^{\top}U = I$ and $R^{\top}R = I$ drop out.",
            evidence=AXES,
        ),
        Step(
            s**4 * lam + sv**2 * s**2 + sv**2,
            r"All matrices are diagonal: each direction lives by itself, with its singular value "
            r"$s$ and its variance $\lambda$.",
        ),
    )
    title = "What one step of Gibbs sampling does to a variance"
    claim = Claim(
        Mode(T(U) * Expect(again * T(again), "", (v, C), (eta, Identity()), (xi, Identity())) * U),
        "=",
        s**4 * lam + sv**2 * s**2 + sv**2,
    )
    return Chain(title, claim, steps, SETTING)


def update() -> Chain:
    """The two phases of CD_n, along one direction."""
    hidden, _ = draws()

    def phase(name, covariance):
        return Expect(v * T(hidden), name, (v, covariance), (eta, Identity()))

    steps = (
        Step(
            Mode(T(U) * (phase("0", C) - phase("n", Cn)) * R),
            r"The update of $W$ by $\text{CD}_n$, up to a factor: $\mathbf{v}\mathbf{h}^{\top}$ "
            r"at the data minus the same after $n$ steps, where $\mathbf{v}$ has the covariance "
            r"$C_n$.",
        ),
        Step(
            Mode(sh / sv * T(U) * (C - Cn) * W * R),
            r"$\mathbf{h} = \frac{\sigma_h}{\sigma_v} W^{\top}\mathbf{v} + \sigma_h\eta$, and the "
            r"noise is independent of $\mathbf{v}$.",
        ),
        Step(
            Mode(sh / sv * (L0 - Ln) * S),
            r"In the principal axes; $C_n = U\Lambda_n U^{\top}$ by the lines above.",
            evidence=AXES,
        ),
        Step(
            sh / sv * (lam - lam_n) * s,
            r"Diagonal again: the update moves singular values and does not turn directions.",
        ),
    )
    claim = Claim(
        Mode(T(U) * (phase("0", C) - phase("n", Cn)) * R), "=", sh / sv * (lam - lam_n) * s
    )
    return Chain("The update of one singular value", claim, steps, SETTING)


def all_directions() -> Chain:
    """One step of Gibbs sampling, whatever the directions of ``W`` and of the covariance."""
    now = Mat("C(t)", V, V, kind="symmetric")
    _, again = draws()
    then = Named(
        "C(t+1)", Expect(again * T(again), "", (v, now), (eta, Identity()), (xi, Identity()))
    )
    gram = Named("A", W * T(W))
    steps = (
        Step(
            then,
            r"The same step in all directions at once: the covariance of $\mathbf{v}'$ where "
            r"$\mathbf{v}$ has the covariance $C(t)$. Units are chosen so that $\sigma_v = 1$.",
        ),
        Step(
            W * (T(W) * now * W + Identity()) * T(W) + Identity(),
            r"Up to $\mathbf{h}$: $W^{\top}$ and $W$ around it, and new noise. Down again: $W$ "
            r"and $W^{\top}$ around that, and new noise.",
        ),
        Step(gram * now * gram + gram + Identity(), r"Multiply out, with $A = WW^{\top}$."),
    )
    return Chain(
        "One step, in all directions at once",
        Claim(then, "=", gram * now * gram + gram + Identity()),
        steps,
        Setting(sizes={V: 3, H: 2}, given={sv: Integer(1)}),
    )
