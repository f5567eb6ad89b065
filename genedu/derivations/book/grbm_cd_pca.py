"""``grbm-cd-pca``: what CD_n learns in a Gaussian-Gaussian RBM (Karakida, Okada & Amari 2016)."""

from sympy import Integer, Matrix, Max, Symbol, evaluate, eye, sqrt

from ..calculus import At, Diff, Iterate
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..gaps import Gap
from ..implementations import Batch, Implementation
from ..matrices import Identity, Mode, T
from ..nodes import Named, Tensor, board, indices
from ..provers import Induction
from .grbm_phases import (
    SETTING,
    C,
    H,
    U,
    V,
    W,
    a,
    all_directions,
    b,
    conditionals,
    covariance,
    draws,
    eta,
    h,
    lam,
    s,
    sh,
    sv,
    update,
    v,
    xi,
)

k, n = indices("k n")


def fixed_point() -> Chain:
    """All of CD_n in one factorised line."""
    variable = Iterate.variable(r"\lambda")
    after_n = Iterate(r"\lambda", s**4 * variable + sv**2 * s**2 + sv**2, variable, lam, n)
    limit = Named(r"\lambda_{\infty}", sv**2 / (1 - s**2))
    power = s ** (4 * n)
    steps = (
        Step(
            s * (lam - after_n),
            r"The update without its constant. $\lambda_n$ is the variance after $n$ steps.",
        ),
        Step(
            s * ((lam - limit) - (after_n - limit)),
            r"Insert the variance that a step leaves as it is: $\lambda_{\infty} = s^4"
            r"\lambda_{\infty} + \sigma_v^2 s^2 + \sigma_v^2$.",
        ),
        Step(
            s * ((lam - limit) - power * (lam - limit)),
            r"Each step shrinks the distance to $\lambda_{\infty}$ by $s^4$; $n$ steps by "
            r"$s^{4n}$.",
            evidence=Induction(after_n, limit + power * (lam - limit)),
        ),
        Step(s * (1 - power) * (lam - limit), "Factor."),
        Step(
            (1 - power) / (1 - s**2) * lam * s * (1 - sv**2 / lam - s**2),
            r"Put in $\lambda_{\infty}$. The fraction is $1 + s^2 + s^4 + \dots > 0$ for every "
            r"$n$: the update is 0 only at $s = 0$ and at $s^2 = 1 - \sigma_v^2/\lambda$, and it "
            r"drives $s$ towards the latter from both sides.",
        ),
    )
    return Chain(
        r"Where the update vanishes, for every $n$",
        Claim(
            s * (lam - after_n),
            "=",
            (1 - s ** (4 * n)) / (1 - s**2) * lam * s * (1 - sv**2 / lam - s**2),
        ),
        steps,
        SETTING,
    )


def stability() -> tuple[Chain, Chain]:
    """The slope of the update at both of its zeros."""
    power = s ** (4 * n)
    limit = sv**2 / (1 - s**2)
    moved = s * (1 - power) * (lam - limit)
    slope = 2 * sv**2 * s**2 * (1 - power) / (1 - s**2) ** 2
    learned = (
        Step(
            At(Diff(moved, s), lam, limit),
            r"The slope of the update where it vanishes, $\lambda = \sigma_v^2/(1-s^2)$, that is "
            r"$s^2 = 1 - \sigma_v^2/\lambda$ with $0 < s < 1$.",
        ),
        Step(
            -s * (1 - power) * Diff(limit, s),
            "Product rule; the last factor is 0 there, so only its own derivative counts.",
        ),
        Step(-slope, r"$\frac{d}{ds}\frac{1}{1-s^2} = \frac{2s}{(1-s^2)^2}$."),
        Step(
            Integer(0),
            r"$0 < s < 1$: every factor is positive. A disturbance decays: stable.",
            "<",
            gap=Gap(slope),
        ),
    )
    silent = (
        Step(At(Diff(moved, s), s, 0), r"The slope at the other zero, $s = 0$."),
        Step(
            At((1 - power) * (lam - limit), s, 0),
            r"Product rule; the other term has the factor $s = 0$.",
        ),
        Step(
            lam - sv**2,
            r"Unstable exactly if $\lambda > \sigma_v^2$. Directions with less variance than the "
            r"noise stay at $s = 0$.",
        ),
    )
    return (
        Chain(
            "The learned value is stable",
            Claim(
                At(
                    Diff(s * (1 - s ** (4 * n)) * (lam - sv**2 / (1 - s**2)), s),
                    lam,
                    sv**2 / (1 - s**2),
                ),
                "<",
                Integer(0),
            ),
            learned,
            SETTING,
        ),
        Chain(
            "Zero is stable only below the noise",
            Claim(
                At(Diff(s * (1 - s ** (4 * n)) * (lam - sv**2 / (1 - s**2)), s), s, 0),
                "=",
                lam - sv**2,
            ),
            silent,
            SETTING,
        ),
    )


def leading() -> Chain:
    """Which directions win: lean a learned direction ``b`` towards an unused one ``a``."""
    lam_a = Symbol("lambda_a", positive=True)
    lean = Symbol("epsilon", real=True)
    kappa, c = Symbol("kappa", positive=True), Symbol("c", real=True)
    with evaluate(True):
        fixed = sv**2 / (1 - s**2)
        lam_b = Named(r"\lambda_b", fixed)
        outer = Matrix([[lean**2, lean * s], [lean * s, s**2]])  # W Wᵀ in the directions a, b
        before = Matrix([[kappa, c], [c, lam_b]])
        after = (outer * before * outer + sv**2 * (outer + eye(2))).expand()
    c_aa, c_ab = Named("c_{aa}", after[0, 0]), Named("c_{ab}", after[0, 1])
    steps = (
        Step(
            At(Diff((lam_a - c_aa) * lean - c_ab * s, lean), lean, 0),
            r"Let a unit that has learned direction $b$ lean by $\epsilon$ towards a direction "
            r"$a$ that none has learned. $c_{aa}$ and $c_{ab}$ are the covariances after the last "
            r"step, from any $\kappa$ and $c$ before it. How fast does $\epsilon$ grow?",
        ),
        Step(
            lam_a - sv**2 - s * (s**3 * lam_b + sv**2 * s),
            r"At first order in $\epsilon$ only $c_{aa} = \sigma_v^2$ and "
            r"$c_{ab} = \epsilon\,(s^3\lambda_b + \sigma_v^2 s)$ are left.",
        ),
        Step(lam_a - sv**2 - s**2 * (s**2 * lam_b + sv**2), "Factor."),
        Step(
            lam_a - sv**2 - s**2 * lam_b,
            r"At the fixed point $s^2 = 1 - \sigma_v^2/\lambda_b$, so "
            r"$s^2\lambda_b + \sigma_v^2 = \lambda_b$.",
        ),
        Step(
            lam_a - lam_b,
            r"Once more. The lean grows exactly if $\lambda_a > \lambda_b$: only the leading "
            "directions are stable.",
        ),
    )
    claim = Claim(At(Diff((lam_a - c_aa) * lean - c_ab * s, lean), lean, 0), "=", lam_a - lam_b)
    return Chain("Why the leading directions", claim, steps, SETTING)


def derivation() -> Derivation:
    with board():
        chains = (
            conditionals(),
            covariance(),
            update(),
            fixed_point(),
            *stability(),
            leading(),
            all_directions(),
        )
        _, again = draws()
        spectrum = Tensor("lambda", V, kind="falling")
        machine = {"build": (V, H, sv, sh), "state": {"weight": W}, "sizes": {V: 4, H: 3}}
        biases = {"visible_bias": a, "hidden_bias": b}
        rbm = "genedu.models.gaussian_rbm.GaussianGaussianRBM"
        mean_hidden = Mode(T(U) * (W * T(W) * C * W * T(W) + sv**2 * Identity()) * U)
        mean_visible = Mode(T(U) * (W * T(W) * C * W * T(W) + sv**2 * W * T(W)) * U)
        root = s * (1 - s ** (4 * n)) / (1 - s**2) * lam * (1 - sv**2 / lam - s)
        return Derivation(
            id="grbm-cd-pca",
            title="Contrastive divergence in a linear machine learns principal components",
            statement=r"For every $n$, the stable fixed point of $\text{CD}_n$ has the leading "
            r"principal directions of the data, with singular values "
            r"$\sqrt{1-\sigma_v^2/\lambda_k}$ where $\lambda_k > \sigma_v^2$ and 0 elsewhere.",
            chains=chains,
            assumptions=(
                r"The data have mean 0 and covariance $C$, with distinct leading eigenvalues, and "
                r"the biases are $\mathbf{a} = \mathbf{b} = 0$.",
                r"Both $\mathbf{h}$ and $\mathbf{v}$ are drawn in every step, not replaced by "
                "their means.",
                r"The update is followed in small steps and without sampling noise (many data).",
                r"The singular directions of $W$ are those of $C$ where singular values are "
                r"followed; the last part asks what becomes of a deviation.",
            ),
            implementations=(
                Implementation(
                    "genedu.models.gaussian_rbm.gaussian_fixed_point",
                    arguments=(spectrum, sv, H),
                    equals=(sqrt(Max(0, 1 - sv**2 / spectrum[k])),),
                    axes={k: H},
                    sizes={V: 4, H: 3},
                ),
                Implementation(
                    f"{rbm}.energy",
                    arguments=(Batch(v), Batch(h)),
                    equals=(chains[0].claim.left,),
                    **(machine | {"state": {"weight": W, **biases}}),
                ),
                Implementation(
                    f"{rbm}.gibbs_step",
                    arguments=(Batch(v), (Batch(eta), Batch(xi))),
                    equals=(again,),
                    **machine,
                ),
            ),
            slips=(
                Slip(
                    4,
                    mean_hidden,
                    r"The chain run with $\mathbf{h}$ replaced by its mean.",
                    r"$\sigma_v^2 WW^{\top}$ is the variance that drawing $\mathbf{h}$ adds. "
                    r"Without it the fixed point moves to $s^2 = \sqrt{1-\sigma_v^2/\lambda}$.",
                ),
                Slip(
                    4,
                    mean_visible,
                    r"The chain run with $\mathbf{v}'$ replaced by its mean.",
                    r"$\sigma_v^2 I$ is the noise of the visible units. Without it the fixed "
                    r"point moves to $\lambda(1-s^4) = \sigma_v^2 s^2$: even directions weaker "
                    "than the noise are learned.",
                ),
                Slip(
                    15,
                    root,
                    r"$s = 1-\sigma_v^2/\lambda$, without the root.",
                    r"It is $s^2$ that has this value.",
                ),
            ),
            main=3,
        )
