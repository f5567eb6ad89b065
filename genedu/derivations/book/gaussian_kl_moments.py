"""The integrals behind ``gaussian-kl``: moments in one dimension, and all of it in two."""

from sympy import Integer, Rational, Symbol, exp, log, pi, sqrt, symbols

from ..engine import Chain, Claim, Step
from ..functions import Normal
from ..integrals import KL, Expectation, Integral
from ..nodes import Named
from ..provers import ByParts, Setting, Substitution

half = Rational(1, 2)


def moments() -> tuple[Chain, Chain]:
    """The two integrals that everything else rests on."""
    x, u, mu = symbols(r"x u \mu", real=True)
    sigma = Symbol(r"\sigma", positive=True)
    law, standard = Normal(x, mu, sigma**2), Normal(u, 0, 1)
    substitute = Substitution(x, u, mu + sigma * u)
    first = (
        Step(Expectation(x - mu, law, x), r"How far $x$ is from the mean, on average."),
        Step(
            Integral(sigma * u * standard, u),
            r"Substitute $x = \mu + \sigma u$: then $u$ has the density $\mathcal{N}(u; 0, 1)$.",
            evidence=substitute,
        ),
        Step(
            Integer(0),
            r"$u\,\mathcal{N}(u;0,1)$ is the derivative of $-\mathcal{N}(u;0,1)$, which vanishes "
            "at both ends.",
            evidence=ByParts(-sigma * standard, u),
        ),
    )
    second = (
        Step(Expectation((x - mu) ** 2, law, x), "The mean squared distance from the mean."),
        Step(
            Integral((sigma * u) ** 2 * standard, u),
            "The same substitution.",
            evidence=substitute,
        ),
        Step(sigma**2 * Integral(u * (u * standard), u), r"$\sigma^2$ is a constant."),
        Step(
            sigma**2 * Integral(standard, u),
            r"By parts: integrate $u\,\mathcal{N}$ to $-\mathcal{N}$, differentiate $u$ to 1.",
            evidence=ByParts(-(sigma**2) * u * standard, u),
        ),
        Step(sigma**2, "A density integrates to 1."),
    )
    return (
        Chain(
            "The mean, integrated",
            Claim(Expectation(x - mu, Normal(x, mu, sigma**2), x), "=", Integer(0)),
            first,
        ),
        Chain(
            "The variance, integrated",
            Claim(Expectation((x - mu) ** 2, Normal(x, mu, sigma**2), x), "=", sigma**2),
            second,
        ),
    )


class _Plane:
    """A normal density in two dimensions: its symbols, and ``given`` what makes it proper."""

    def __init__(self, n: int):
        names = rf"\mu_{{{n}1}}", rf"\mu_{{{n}2}}", rf"\Sigma_{{{n},12}}", rf"\Sigma_{{{n},22}}"
        self.m1, self.m2, self.s12, self.s22 = (Symbol(name, real=True) for name in names)
        self.s11 = Symbol(rf"\Sigma_{{{n},11}}", positive=True)
        self.det = Named(rf"\left|\Sigma_{n}\right|", self.s11 * self.s22 - self.s12**2)
        # positive definite: s11 > 0 and a positive determinant
        self.given = {self.s22: self.s12**2 / self.s11 + Symbol(f"w_{n}", positive=True)}
        self.name = rf"\mathcal{{N}}_{n}"

    def quadratic(self, d1, d2):
        """``dᵀ Σ⁻¹ d`` with the inverse written out."""
        return (self.s22 * d1**2 - 2 * self.s12 * d1 * d2 + self.s11 * d2**2) / self.det

    def one_after_the_other(self, x1, x2):
        """The density of ``x1`` times that of ``x2`` given ``x1``."""
        mean = self.m2 + self.s12 / self.s11 * (x1 - self.m1)
        return Normal(x1, self.m1, self.s11) * Normal(x2, mean, self.det / self.s11)


def two_components() -> tuple[Chain, Chain, Chain]:
    """Two dimensions with a free covariance: the density taken apart, a moment, the divergence."""
    x1, x2 = symbols("x_1 x_2", real=True)
    p, q = _Plane(0), _Plane(1)
    setting = Setting(given=p.given | q.given)
    d1, d2 = x1 - p.m1, x2 - p.m2
    joint = Named(p.name, p.one_after_the_other(x1, x2))
    other = Named(q.name, q.one_after_the_other(x1, x2))

    def mean(f):
        return Expectation(f, joint, x1, x2)

    explicit = 1 / (2 * pi * sqrt(p.det)) * exp(-half * p.quadratic(d1, d2))
    slope = p.s12 / p.s11
    taken_apart = (
        Step(log(explicit), r"The density, with $\Sigma_0^{-1}$ written out."),
        Step(
            -log(2 * pi)
            - half * log(p.det)
            - half * (d1**2 / p.s11 + p.s11 / p.det * (d2 - slope * d1) ** 2),
            r"Complete the square in $x_2$: what is left of $x_1$ is $(x_1-\mu_{01})^2/"
            r"\Sigma_{0,11}$.",
        ),
        Step(
            log(p.one_after_the_other(x1, x2)),
            r"$x_1$ first, and $x_2$ given $x_1$: two normal densities in one dimension.",
        ),
    )
    moment = (
        Step(mean(d1 * d2), "The covariance, as an integral over the plane."),
        Step(
            Expectation(slope * d1 * d1, Normal(x1, p.m1, p.s11), x1),
            r"The inner integral over $x_2$ is its mean given $x_1$.",
        ),
        Step(
            slope * Expectation(d1**2, Normal(x1, p.m1, p.s11), x1),
            "Constants leave the integral.",
        ),
        Step(p.s12, r"The variance of $x_1$ is $\Sigma_{0,11}$."),
    )
    far1, far2 = x1 - q.m1, x2 - q.m2
    e1, e2 = p.m1 - q.m1, p.m2 - q.m2
    logs = half * log(q.det / p.det)
    trace = (q.s22 * p.s11 - 2 * q.s12 * p.s12 + q.s11 * p.s22) / q.det
    divergence = (
        Step(KL(joint, other, x1, x2), "The divergence in two dimensions."),
        Step(mean(log(joint) - log(other)), "The mean of the difference of the logarithms."),
        Step(
            mean(logs - half * p.quadratic(d1, d2) + half * q.quadratic(far1, far2)),
            r"Both logarithms; $\log 2\pi$ cancels.",
        ),
        Step(
            logs
            - half / p.det * (p.s22 * p.s11 - 2 * p.s12 * p.s12 + p.s11 * p.s22)
            + half * mean(q.quadratic(far1, far2)),
            r"Variances and covariance under $\mathcal{N}_0$: $\Sigma_{0,11}$, $\Sigma_{0,22}$ "
            r"and $\Sigma_{0,12}$.",
        ),
        Step(
            logs - 1 + half * mean(q.quadratic(far1, far2)),
            r"The bracket is $2\,|\Sigma_0|$.",
        ),
        Step(
            logs - 1 + half * mean(q.quadratic(d1 + e1, d2 + e2)),
            r"Insert $-\mu_0 + \mu_0$ in both components.",
        ),
        Step(
            logs - 1 + half * trace + half * q.quadratic(e1, e2),
            "Expand: the terms with one difference have mean 0, those with two are variances and "
            "covariance.",
        ),
        Step(
            half * (log(q.det / p.det) - 2 + trace + q.quadratic(e1, e2)),
            r"Collect. The third term is $\mathrm{tr}(\Sigma_1^{-1}\Sigma_0)$, the last is "
            r"$(\mu_0-\mu_1)^{\top}\Sigma_1^{-1}(\mu_0-\mu_1)$.",
        ),
    )
    apart = Claim(
        log(
            exp(
                -(p.s22 * (x1 - p.m1) ** 2 + p.s11 * (x2 - p.m2) ** 2) / (2 * p.det)
                + p.s12 * (x1 - p.m1) * (x2 - p.m2) / p.det
            )
            / (2 * pi * sqrt(p.det))
        ),
        "=",
        log(
            Normal(x1, p.m1, p.s11) * Normal(x2, p.m2 + p.s12 / p.s11 * (x1 - p.m1), p.det / p.s11)
        ),
    )
    covariance = Claim(Expectation((x1 - p.m1) * (x2 - p.m2), joint, x1, x2), "=", p.s12)
    two = Claim(
        KL(joint, other, x1, x2),
        "=",
        half
        * (
            log(q.det / p.det)
            - 2
            + (q.s22 * p.s11 - 2 * q.s12 * p.s12 + q.s11 * p.s22) / q.det
            + (
                q.s22 * (p.m1 - q.m1) ** 2
                - 2 * q.s12 * (p.m1 - q.m1) * (p.m2 - q.m2)
                + q.s11 * (p.m2 - q.m2) ** 2
            )
            / q.det
        ),
    )
    return tuple(
        Chain(f"Two dimensions: {about}", claim, steps, setting)
        for about, claim, steps in zip(
            ("the density taken apart", "the covariance, integrated", "the divergence"),
            (apart, covariance, two),
            (taken_apart, moment, divergence),
            strict=True,
        )
    )
