"""The bound of a linear VAE along one principal direction, and its best encoder and decoder.

The first half of `vae_collapse`: what is left is the price at the best of both.
"""

from sympy import Integer, Rational, Symbol, log, pi, sqrt

from ..averages import DataAvg
from ..calculus import LogGap
from ..engine import Chain, Claim, Step
from ..functions import Normal
from ..gaps import Gap
from ..integrals import KL, Expectation
from ..matrices import Expect, Identity, Mat, Mode, T
from ..nodes import Named, board, indices
from ..provers import Algebra, Setting

half = Rational(1, 2)
x, z = Symbol("x", real=True), Symbol("z", real=True)
w, a = Symbol("w", real=True), Symbol("a", real=True)  # weights of the decoder and the encoder
v = Symbol("v", positive=True)  # the variance of q
lam = Symbol("lambda", positive=True)  # the data's variance along the direction
sigma, beta = Symbol("sigma", positive=True), Symbol("beta", positive=True)
kappa = Symbol("kappa", positive=True)

D, K = indices("D K")
U = Mat("U", D, D, kind="orthogonal")
L = Mat(r"\Lambda", D, D, kind="diagonal", mode=lam)
C = Mat("C", D, D, kind="symmetric", equals=U * L * T(U))
WEIGHTS = Mat("S", D, K, kind="diagonal", mode=w)
CODES = Mat("A", D, K, kind="diagonal", mode=a)
WIDTHS = Mat("V", K, K, kind="diagonal", mode=v)
X, DELTA = Mat(r"\mathbf{x}", D), Mat(r"\delta", K)

with board():
    NOISE = Named(r"N_{\sigma}", -half * log(2 * pi * sigma**2))
    q = Named("q", Normal(z, a * x, v))
    c = Named("c", w**2 + beta * sigma**2)
    BEST_A, BEST_V = Named("a^*", w / c), Named("v^*", beta * sigma**2 / c)

DATA = Setting(spread=(x,), given={lam: DataAvg(x**2, x)})
LOUD = Setting(given={lam: beta * sigma**2 * (1 + kappa), w: sigma * sqrt(beta * kappa)})
QUIET = Setting(given={lam: beta * sigma**2 / (1 + kappa)})


def direction() -> Chain:
    """What the decoder misses falls apart into the principal directions."""
    code = Named(r"\mathbf{z}", T(CODES) * T(U) * X + DELTA)
    missed = Named(r"\mathbf{e}", X - U * WEIGHTS * code)
    steps = (
        Step(
            Mode(T(U) * Expect(missed * T(missed), "", (X, C), (DELTA, WIDTHS)) * U),
            r"The mean square of what the decoder $\mathbf{z} \mapsto US\mathbf{z}$ misses along "
            r"the principal direction $\mathbf{u}_k$ of the data; $\delta$ is the noise of $q$, "
            r"with covariance $V$.",
        ),
        Step(
            Mode(
                (Identity() - WEIGHTS * T(CODES)) * L * (Identity() - CODES * T(WEIGHTS))
                + WEIGHTS * WIDTHS * T(WEIGHTS)
            ),
            r"$\mathbf{x}$ and $\delta$ are independent with mean 0: only the squares survive. "
            r"$C = U\Lambda U^{\top}$, and $U^{\top}U = I$ drops out.",
            evidence=Algebra(unfold=(C,)),
        ),
        Step(
            (1 - a * w) ** 2 * lam + w**2 * v,
            "All matrices are diagonal: each direction lives by itself, with the weight $w$ of "
            r"the decoder, the weight $a$ of the encoder, the variance $v$ of $q$, and $\lambda$ "
            "of the data.",
        ),
    )
    claim = Claim(
        Mode(T(U) * Expect(missed * T(missed), "", (X, C), (DELTA, WIDTHS)) * U),
        "=",
        (1 - a * w) ** 2 * lam + w**2 * v,
    )
    return Chain("One direction at a time", claim, steps, Setting(sizes={D: 3, K: 2}))


def bound() -> Chain:
    """The bound of one direction, with both integrals done."""
    missed = Expectation((x - w * z) ** 2, q, z)
    price = KL(q, Normal(z, 0, 1), z)
    steps = (
        Step(
            DataAvg(
                Expectation(log(Normal(x, w * z, sigma**2)), q, z) - beta * price,
                x,
            ),
            r"The bound along one direction, with the price weighed by $\beta$.",
        ),
        Step(
            DataAvg(NOISE - 1 / (2 * sigma**2) * missed - beta * price, x),
            "The logarithm of a normal density.",
        ),
        Step(
            DataAvg(
                NOISE
                - 1 / (2 * sigma**2) * ((1 - a * w) ** 2 * x**2 + w**2 * v)
                - beta / 2 * (a**2 * x**2 + v - 1 - log(v)),
                x,
            ),
            r"$x - wz = (1 - aw)\,x - w\,(z - ax)$, and $z - ax$ has the mean 0 and the variance "
            r"$v$ under $q$. The price of a normal density is known.",
        ),
        Step(
            NOISE
            - 1 / (2 * sigma**2) * ((1 - a * w) ** 2 * lam + w**2 * v)
            - beta / 2 * (a**2 * lam + v - 1 - log(v)),
            r"$x$ enters only by its mean square, $\lambda$.",
        ),
    )
    claim = Claim(
        DataAvg(
            Expectation(log(Normal(x, w * z, sigma**2)), q, z) - beta * KL(q, Normal(z, 0, 1), z),
            x,
        ),
        "=",
        NOISE
        - 1 / (2 * sigma**2) * ((1 - a * w) ** 2 * lam + w**2 * v)
        - beta / 2 * (a**2 * lam + v - 1 - log(v)),
    )
    return Chain("The bound along one direction", claim, steps, DATA)


def encoder() -> Chain:
    """The best encoder for a given decoder."""
    off, ratio = lam * c / (2 * sigma**2) * (a - BEST_A) ** 2, Named("r", v / BEST_V)
    steps = (
        Step(
            NOISE
            - 1 / (2 * sigma**2) * ((1 - a * w) ** 2 * lam + w**2 * v)
            - beta / 2 * (a**2 * lam + v - 1 - log(v)),
            r"Any encoder, for a decoder with the weight $w$.",
        ),
        Step(
            NOISE
            - lam / (2 * sigma**2) * (1 - 2 * a * w + a**2 * c)
            - beta / 2 * (v * c / (beta * sigma**2) - 1 - log(v)),
            r"Collect: $a^2$ and $v$ both stand with $c = w^2 + \beta\sigma^2$.",
        ),
        Step(
            NOISE
            - off
            - lam / (2 * sigma**2) * (1 - w**2 / c)
            - beta / 2 * (ratio - 1 - log(ratio) + log(c / (beta * sigma**2))),
            r"Complete the square in $a$; write $v$ as $r\,v^*$.",
        ),
        Step(
            NOISE - lam / (2 * sigma**2) * (1 - w**2 / c) - beta / 2 * log(c / (beta * sigma**2)),
            r"A square is not negative, nor is $r - 1 - \log r$. Equality only at $a = a^*$ and "
            r"$v = v^*$: this is the encoder.",
            "≤",
            gap=Gap(off + beta / 2 * LogGap(ratio), {a: BEST_A, v: BEST_V}),
        ),
        Step(
            NOISE - beta / 2 * (lam / c + log(c / (beta * sigma**2))),
            r"$1 - w^2/c = \beta\sigma^2/c$.",
        ),
    )
    claim = Claim(
        NOISE
        - 1 / (2 * sigma**2) * ((1 - a * w) ** 2 * lam + w**2 * v)
        - beta / 2 * (a**2 * lam + v - 1 - log(v)),
        "≤",
        NOISE - beta / 2 * (lam / c + log(c / (beta * sigma**2))),
    )
    return Chain("The best encoder", claim, steps)


def decoder() -> Chain:
    """The best decoder where the data are louder than the noise: the model gets them right."""
    ratio = Named("t", lam / c)
    steps = (
        Step(
            NOISE - beta / 2 * (lam / c + log(c / (beta * sigma**2))),
            r"With the best encoder only $w$ is left, in $c = w^2 + \beta\sigma^2$.",
        ),
        Step(
            NOISE - beta / 2 * (ratio - log(ratio) + log(lam / (beta * sigma**2))),
            r"Compare $c$ with $\lambda$: let $t$ be their ratio.",
        ),
        Step(
            NOISE - beta / 2 * (1 + log(lam / (beta * sigma**2))),
            r"$t - \log t \geq 1$, with equality only at $t = 1$. Then $c = \lambda$, so "
            r"$w^2 = \lambda - \beta\sigma^2$: there is such a $w$ exactly if "
            r"$\lambda \geq \beta\sigma^2$.",
            "≤",
            gap=Gap(beta / 2 * LogGap(ratio), {lam: w**2 + beta * sigma**2}),
        ),
    )
    claim = Claim(
        NOISE - beta / 2 * (lam / c + log(c / (beta * sigma**2))),
        "≤",
        NOISE - beta / 2 * (1 + log(lam / (beta * sigma**2))),
    )
    return Chain("The best decoder", claim, steps)


def silence() -> Chain:
    """The best decoder where the data are quieter than the noise: none."""
    lost = LogGap(BEST_V) + w**2 / c * (1 - lam / (beta * sigma**2))
    steps = (
        Step(
            NOISE - beta / 2 * (lam / c + log(c / (beta * sigma**2))),
            r"The same bound, now for $\lambda < \beta\sigma^2$.",
        ),
        Step(
            NOISE - beta / 2 * (lam / (beta * sigma**2) * BEST_V - log(BEST_V)),
            r"In $v^* = \beta\sigma^2/c$, which is at most 1.",
        ),
        Step(
            NOISE - beta / 2 * (lam / (beta * sigma**2) + lost),
            r"Write $-\log v^* = (v^* - 1 - \log v^*) + (1 - v^*)$, with $1 - v^* = w^2/c$.",
        ),
        Step(
            NOISE - lam / (2 * sigma**2),
            r"Nothing in the bracket is negative, for $\lambda < \beta\sigma^2$. Equality only at "
            r"$w = 0$: the best decoder ignores the latent.",
            "≤",
            gap=Gap(beta / 2 * lost, {w: Integer(0)}),
        ),
    )
    claim = Claim(
        NOISE - beta / 2 * (lam / c + log(c / (beta * sigma**2))),
        "≤",
        NOISE - lam / (2 * sigma**2),
    )
    return Chain(r"The best decoder, where $\lambda < \beta\sigma^2$", claim, steps, QUIET)
