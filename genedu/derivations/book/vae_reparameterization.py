"""``vae-reparameterization``: a gradient through a random draw (Kingma & Welling 2014)."""

from sympy import Integer, log

from ..calculus import Diff, Grad
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Func, Normal
from ..implementations import Batch, Implementation
from ..integrals import Integral
from ..nodes import Named, Tensor, board
from ..provers import ByParts, Substitution
from .reparameterized_law import (
    HALF,
    SIGMA,
    K,
    Q,
    covariance,
    density,
    density_of_vector,
    e,
    ell,
    k,
    mu,
    path,
    under_noise,
    under_q,
    z,
)


def grad(f):
    """``∂f/∂φ``: ``φ`` is all that ``μ`` and ``ℓ`` are computed from."""
    return Grad(f, mu, ell, name=r"\phi")


# ∂μ/∂φ, ∂σ/∂φ, ∂ℓ/∂φ; a name is printed on top of the fraction
D_MU, D_ELL = (grad(Named(rf"\{s.name}", s, shown=False)) for s in (mu, ell))
D_SIGMA = grad(SIGMA)


def pathwise() -> Chain:
    """The gradient goes along the path from the noise to ``z``."""
    f_of_z, f_of_path = Func("f", z), Func("f", path(e))
    steps = (
        Step(
            grad(under_q(f_of_z)),
            r"How does an average of $f$ change with $\phi$? The law $q$ moves with $\phi$, so "
            "the derivative cannot go inside.",
        ),
        Step(
            grad(under_noise(f_of_path)),
            r"$z = \mu + \sigma\epsilon$: now $\phi$ stands in the function and the law is fixed.",
            evidence=Substitution(z, e, path(e)),
        ),
        Step(under_noise(grad(f_of_path)), "So the derivative goes inside the expectation."),
        Step(under_noise(f_of_path.prime() * grad(path(e))), "Chain rule."),
        Step(
            under_noise(f_of_path.prime() * (D_MU + e * D_SIGMA)),
            r"$\epsilon$ is drawn, not computed: it does not depend on $\phi$.",
        ),
        Step(
            under_noise(f_of_path.prime() * (D_MU + SIGMA / 2 * e * D_ELL)),
            r"The network puts out $\ell = \log\sigma^2$, any real number: "
            r"$\sigma = e^{\ell/2}$ has the derivative $\frac{\sigma}{2}$.",
        ),
    )
    claim = Claim(
        grad(under_q(Func("f", z))),
        "=",
        under_noise(Func("f", path(e)).prime() * (D_MU + SIGMA / 2 * e * D_ELL)),
    )
    return Chain("The pathwise gradient", claim, steps)


def score() -> Chain:
    """No derivative of ``f``: that of the logarithm of the law instead."""
    f = Func("f", z)
    steps = (
        Step(grad(under_q(f)), "The same gradient once more."),
        Step(grad(Integral(Q * f, z)), "As an integral."),
        Step(
            Integral(f * grad(Q), z), r"Only $q$ depends on $\phi$: derivative under the integral."
        ),
        Step(Integral(grad(Q) / Q * f * Q, z), r"Multiply and divide by $q$."),
        Step(
            Integral(grad(log(Q)) * f * Q, z), r"$\partial q / q$ is the derivative of $\log q$."
        ),
        Step(
            under_q(f * grad(log(Q))),
            r"An expectation under $q$ again. Nothing was asked of $f$, not even a slope.",
        ),
    )
    claim = Claim(grad(under_q(f)), "=", under_q(f * grad(log(Q))))
    return Chain("The score-function gradient", claim, steps)


def agreement() -> Chain:
    """Both are one number: integrate by parts."""
    f, f_of_path = Func("f", z), Func("f", path(e))
    way = D_MU + (z - mu) / 2 * D_ELL
    by_ell = HALF * ((z - mu) ** 2 / SIGMA**2 - 1)
    steps = (
        Step(under_q(f * grad(log(Q))), "The score-function gradient."),
        Step(
            under_q(f * ((z - mu) / SIGMA**2 * D_MU + by_ell * D_ELL)),
            r"$\log q = -\frac{(z-\mu)^2}{2\sigma^2} - \frac{\ell}{2} + \text{const}$ with "
            r"$\sigma^2 = e^{\ell}$.",
        ),
        Step(
            -Integral(f * Diff(Q * way, z), z),
            r"$q$ times the bracket is a derivative by $z$, for $\frac{dq}{dz} = "
            r"-\frac{z-\mu}{\sigma^2}\,q$.",
        ),
        Step(
            under_q(f.prime() * way),
            r"Integrate by parts: the derivative moves over to $f$, and the sign turns.",
            evidence=ByParts(-f * Q * way, z),
        ),
        Step(
            under_noise(f_of_path.prime() * (D_MU + SIGMA / 2 * e * D_ELL)),
            r"$z = \mu + \sigma\epsilon$ again: the pathwise gradient. Both estimators have the "
            "same mean; their variances differ, and either can be the smaller one.",
            evidence=Substitution(z, e, path(e)),
        ),
    )
    claim = Claim(
        under_q(f * grad(log(Q))),
        "=",
        under_noise(f_of_path.prime() * (D_MU + SIGMA / 2 * e * D_ELL)),
    )
    return Chain("Both have the same mean", claim, steps)


def implementations(line_of_path, line_of_score) -> tuple[Implementation, ...]:
    """The torch functions; the estimators are compared sample by sample with these two lines."""
    names = (r"\mu", r"\ell", r"\epsilon")
    mean, log_var, noise = (Tensor(name, K)[k] for name in names)
    drawn = path(e).xreplace({mu: mean, ell: log_var, e: noise})

    def sample(line, by):
        """One sample under the expectation, with the derivative by one parameter."""
        slopes = {D_MU: Integer(by == mu), D_ELL: Integer(by == ell)}
        values = {z: drawn, e: noise, mu: mean, ell: log_var}
        return line.body.xreplace(slopes).xreplace(values)

    rows = tuple(Batch(entry.tensor) for entry in (mean, log_var, noise))
    module = "genedu.models.reparameterization"
    estimators = {"pathwise_gradient": line_of_path, "score_function_gradient": line_of_score}
    return (
        Implementation(
            f"{module}.reparameterize", rows, equals=(drawn,), axes={k: K}, sizes={K: 3}
        ),
        *(
            Implementation(
                f"{module}.{name}",
                (Func("f", z), *rows),
                equals=(sample(line, mu), sample(line, ell)),
                axes={k: K},
                sizes={K: 1},
            )
            for name, line in estimators.items()
        ),
    )


def derivation() -> Derivation:
    with board():
        turned, wrong_covariance = covariance()
        one, by_path, by_score, same = density(), pathwise(), score(), agreement()
        f_of_path = Func("f", path(e))
        thick = SIGMA * Normal((z - mu) / SIGMA, 0, 1) * Func("h", z)
        return Derivation(
            id="vae-reparameterization",
            title="The gradient through a random draw",
            statement=r"$\mathbf{z} = \mathbf{m} + A\boldsymbol{\epsilon}$ with standard normal "
            r"noise has the density $\mathcal{N}(\mathbf{z};\mathbf{m},AA^{\top})$, and a "
            "gradient can go through it. It is the same gradient as that of the score function.",
            chains=(one, density_of_vector(), turned, by_path, by_score, same),
            assumptions=(
                r"$f$ is differentiable and $\sigma > 0$; $A$ can be inverted.",
                "The derivative and the integral may be exchanged.",
                r"The change of variables is derived for one component (line 2); for a vector "
                r"(line 5) it is taken from analysis.",
                r"$f(z)\,q(z)$ and $z f(z)\,q(z)$ vanish for $z \to \pm\infty$ (the boundary term "
                "of the integration by parts).",
                r"In the gradients $z$ is written with one component; with diagonal $\Sigma$ each "
                "component has these lines.",
            ),
            implementations=implementations(by_path.claim.right, same.steps[1].expr),
            slips=(
                Slip(
                    3,
                    Integral(thick, z),
                    r"$p(z) = p(\epsilon)\left|\det\partial z/\partial\epsilon\right|$.",
                    r"Upside down: it must be $\left|\det\partial\epsilon/\partial z\right|$. "
                    r"With the factor $\sigma$ the density would integrate to $\sigma^2$.",
                ),
                wrong_covariance,
                Slip(
                    16,
                    under_q(grad(Func("f", z))),
                    r"$\nabla_\phi\,\mathbb{E}_q[f(z)] = \mathbb{E}_q[\nabla_\phi f(z)]$.",
                    r"$q$ itself depends on $\phi$, and $f(z)$ does not: the right side is 0.",
                ),
                Slip(
                    20,
                    under_noise(f_of_path.prime() * (D_MU + e * D_ELL)),
                    r"The network puts out $\sigma$ (or $\sqrt{\Sigma}$) by a linear layer.",
                    r"A linear layer puts out negative numbers too, and $\log\sigma$ is then not "
                    r"real. Let it be $\ell = \log\sigma^2$; its gradient has the factor "
                    r"$\frac{\sigma}{2}$.",
                ),
            ),
        )
