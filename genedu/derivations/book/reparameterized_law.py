"""What the reparameterized ``z`` is distributed as: the first half of `vae_reparameterization`."""

from sympy import Rational, Symbol, exp, log, pi

from ..calculus import Diff
from ..engine import Chain, Claim, Slip, Step
from ..functions import Func, Normal
from ..integrals import Expectation, Integral
from ..matrices import Det, Expect, Identity, Mat, Norm2, Number, T
from ..nodes import Named, indices
from ..provers import Algebra, Setting, Substitution

__all__ = [
    "HALF",
    "NOISE",
    "SIGMA",
    "K",
    "Q",
    "covariance",
    "density",
    "density_of_vector",
    "e",
    "ell",
    "k",
    "mu",
    "path",
    "under_noise",
    "under_q",
    "z",
]

z, e = Symbol("z", real=True), Symbol("epsilon", real=True)
mu, ell = Symbol("mu", real=True), Symbol("ell", real=True)
k, K = indices("k K")
HALF = Rational(1, 2)
SIGMA = Named(r"\sigma", exp(ell / 2))
Q = Named("q(z)", Normal(z, mu, SIGMA**2))
NOISE = Named(r"p(\epsilon)", Normal(e, 0, 1))


def path(variable):
    """``μ + σ ε``."""
    return mu + SIGMA * variable


def under_q(f):
    return Expectation(f, Q, z)


def under_noise(f):
    return Expectation(f, NOISE, e)


def density() -> Chain:
    """One component: what ``z = μ + σ ε`` is distributed as."""
    h_of_z, h_of_path = Func("h", z), Func("h", path(e))
    back = Named(r"\epsilon(z)", (z - mu) / SIGMA)
    steps = (
        Step(
            under_noise(h_of_path),
            r"What is $z = \mu + \sigma\epsilon$ distributed as? Average any function $h(z)$ over "
            "the noise.",
        ),
        Step(Integral(NOISE * h_of_path, e), "An expectation is an integral."),
        Step(
            Integral(Normal(back, 0, 1) * Diff(back, z) * h_of_z, z),
            r"Integrate over $z$ instead: $d\epsilon = \frac{d\epsilon}{dz}\,dz$. A probability "
            r"is carried over, $p(z)\,dz = p(\epsilon)\,d\epsilon$.",
            evidence=Substitution(e, z, (z - mu) / SIGMA),
        ),
        Step(
            Integral(1 / SIGMA * Normal((z - mu) / SIGMA, 0, 1) * h_of_z, z),
            r"$\epsilon(z)$ has the slope $1/\sigma$: the more $\sigma$ stretches, the thinner "
            "the density.",
        ),
        Step(
            under_q(h_of_z),
            r"$\frac{1}{\sigma}\mathcal{N}(\frac{z-\mu}{\sigma};0,1)$ is the normal density "
            r"with mean $\mu$ and variance $\sigma^2$. This holds for every $h$, so it is the "
            "density of $z$.",
        ),
    )
    about = r"The law of $z = \mu + \sigma\epsilon$, by change of variables"
    return Chain(about, Claim(under_noise(h_of_path), "=", under_q(h_of_z)), steps)


def density_of_vector() -> Chain:
    """``K`` components: the same with a matrix, at one point ``z``."""
    A, point, mean = Mat("A", K, K), Mat(r"\mathbf{z}", K), Mat(r"\mathbf{m}", K)
    cov = Mat(r"\Sigma", K, K, kind="symmetric", equals=A * T(A))
    off = point - mean
    back = Named(r"\boldsymbol{\epsilon}(\mathbf{z})", A.inv * off)
    jacobian = Named(r"\frac{\partial\boldsymbol{\epsilon}}{\partial\mathbf{z}}", A.inv)
    constant = -K / 2 * log(2 * pi)
    steps = (
        Step(
            constant - HALF * Norm2(back) + log(Det(jacobian)),
            r"$K$ components, $\mathbf{z} = \mathbf{m} + A\boldsymbol{\epsilon}$: the logarithm "
            r"of $p(\boldsymbol{\epsilon})\left|\partial\boldsymbol{\epsilon}/\partial\mathbf{z}"
            r"\right|$, bars for the absolute value of the determinant.",
        ),
        Step(
            constant - HALF * Norm2(A.inv * off) + log(Det(A.inv)),
            r"The map back is linear: its Jacobian is the matrix $A^{-1}$, everywhere.",
        ),
        Step(
            constant - HALF * Number(T(off) * T(A.inv) * A.inv * off) - log(Det(A)),
            r"$\left|\mathbf{u}\right|^2 = \mathbf{u}^{\top}\mathbf{u}$, and "
            r"$\left|A^{-1}\right| = 1/\left|A\right|$.",
        ),
        Step(
            constant - HALF * Number(T(off) * T(A.inv) * A.inv * off) - HALF * log(Det(A * T(A))),
            r"$A$ and $A^{\top}$ have the same determinant: "
            r"$\left|AA^{\top}\right| = \left|A\right|^2$.",
        ),
        Step(
            constant - HALF * Number(T(off) * cov.inv * off) - HALF * log(Det(cov)),
            r"$\Sigma = AA^{\top}$, so $\Sigma^{-1} = A^{-\top}A^{-1}$: the logarithm of "
            r"$\mathcal{N}(\mathbf{z};\mathbf{m},\Sigma)$. The Jacobian is "
            r"$\left|\Sigma\right|^{-1/2}$.",
            evidence=Algebra(unfold=(cov,)),
        ),
    )
    about = r"The density of a vector $\mathbf{z} = \mathbf{m} + A\boldsymbol{\epsilon}$"
    claim = Claim(
        -K / 2 * log(2 * pi) - HALF * Norm2(back) + log(Det(jacobian)),
        "=",
        -K / 2 * log(2 * pi)
        - HALF * Number(T(point - mean) * cov.inv * (point - mean))
        - HALF * log(Det(cov)),
    )
    return Chain(about, claim, steps, Setting(sizes={K: 3}))


def covariance() -> tuple[Chain, Slip]:
    """Which ``A`` gives a wanted covariance."""
    U = Mat("U", K, K, kind="orthogonal")
    root = Mat(r"\Lambda^{1/2}", K, K, kind="diagonal")
    noise = Mat(r"\boldsymbol{\epsilon}", K)
    off = Named(r"(\mathbf{z}-\mathbf{m})", U * root * noise)
    lam = Named(r"\Lambda", root * root)

    def mean(f):
        return Expect(f, "", (noise, Identity()))

    steps = (
        Step(
            mean(off * T(off)),
            r"The covariance of $\mathbf{z} = \mathbf{m} + U\Lambda^{1/2}\boldsymbol{\epsilon}$.",
        ),
        Step(
            mean((U * root * noise) * T(U * root * noise)),
            r"What is left of $\mathbf{z}$ without its mean.",
        ),
        Step(
            U * root * mean(noise * T(noise)) * root * T(U),
            r"The matrices are not random. $\Lambda^{1/2}$ is diagonal: its own transpose.",
        ),
        Step(
            U * root * root * T(U),
            r"The components of the noise are independent with variance 1: "
            r"$\langle\boldsymbol{\epsilon}\boldsymbol{\epsilon}^{\top}\rangle = I$.",
        ),
        Step(
            U * lam * T(U),
            r"This is $\Sigma = U\Lambda U^{\top}$: draw along its axes, then turn.",
        ),
    )
    about = r"$A = U\Lambda^{1/2}$ gives the covariance $\Sigma = U\Lambda U^{\top}$"
    claim = Claim(mean(off * T(off)), "=", U * lam * T(U))
    chain = Chain(about, claim, steps, Setting(sizes={K: 3}))
    slip = Slip(
        13,
        U * root * T(U * lam),
        r"$\Sigma = U\Lambda^{1/2}(U\Lambda)^{\top}$.",
        r"$\Sigma = AA^{\top}$ needs the same $A = U\Lambda^{1/2}$ twice. This product has "
        r"variances $\lambda^{3/2}$.",
    )
    return chain, slip
