"""What ``-log p(x|z)`` is for the two decoders of a VAE."""

from sympy import Symbol, exp, log, pi

from ..calculus import Sigma
from ..engine import Chain, Claim, Step
from ..functions import Normal
from ..implementations import Batch, Implementation
from ..nodes import IndexProd, IndexSum, Tensor, board, indices
from ..provers import Setting

i, D = indices("i D")
X = Tensor("x", D, kind="binary")
LOGIT = Tensor("a", D)
PIXEL, CENTRE = Tensor("x", D), Tensor("m", D)
LOG_VARIANCE = Tensor(r"\ell", D)
SIGMA = Symbol(r"\sigma", positive=True)
SETTING = Setting(sizes={D: 2})


def bernoulli() -> Chain:
    """Binary pixels: the cross-entropy."""
    y = Sigma(LOGIT[i])
    steps = (
        Step(
            -log(IndexProd(y ** X[i] * (1 - y) ** (1 - X[i]), (i, D))),
            r"Pixel $i$ is 1 with probability $y_i = \sigma(a_i)$, independently of the others.",
        ),
        Step(
            -IndexSum(X[i] * log(y) + (1 - X[i]) * log(1 - y), (i, D)),
            "The logarithm of a product: this is the cross-entropy.",
        ),
        Step(
            -IndexSum(log(1 - y) + X[i] * log(y / (1 - y)), (i, D)),
            r"Collect $x_i$.",
        ),
        Step(
            IndexSum(log(1 + exp(LOGIT[i])) - X[i] * LOGIT[i], (i, D)),
            r"$1 - \sigma(a) = 1/(1+e^{a})$ and $\sigma(a)/(1-\sigma(a)) = e^{a}$: no overflow "
            "in this form.",
        ),
    )
    claim = Claim(
        -log(IndexProd(Sigma(LOGIT[i]) ** X[i] * (1 - Sigma(LOGIT[i])) ** (1 - X[i]), (i, D))),
        "=",
        IndexSum(log(1 + exp(LOGIT[i])) - X[i] * LOGIT[i], (i, D)),
    )
    return Chain("A Bernoulli decoder", claim, steps, SETTING)


def normal() -> Chain:
    """Real pixels: the squared error."""
    distance = IndexSum((PIXEL[i] - CENTRE[i]) ** 2, (i, D))
    constant = IndexSum(log(SIGMA) + log(2 * pi) / 2, (i, D))
    steps = (
        Step(
            -IndexSum(log(Normal(PIXEL[i], CENTRE[i], SIGMA**2)), (i, D)),
            r"Each pixel is normal about the decoded value $m_i$.",
        ),
        Step(
            IndexSum(
                (PIXEL[i] - CENTRE[i]) ** 2 / (2 * SIGMA**2) + log(SIGMA) + log(2 * pi) / 2,
                (i, D),
            ),
            "The logarithm of the density.",
        ),
        Step(
            1 / (2 * SIGMA**2) * distance + constant,
            r"The second sum is $D\log\sigma + \frac{D}{2}\log 2\pi$: constant while $\sigma$ is "
            "fixed, and what is left is the squared error.",
        ),
    )
    claim = Claim(
        -IndexSum(log(Normal(PIXEL[i], CENTRE[i], SIGMA**2)), (i, D)),
        "=",
        1 / (2 * SIGMA**2) * IndexSum((PIXEL[i] - CENTRE[i]) ** 2, (i, D))
        + IndexSum(log(SIGMA) + log(2 * pi) / 2, (i, D)),
    )
    return Chain("A normal decoder", claim, steps, SETTING)


def code() -> tuple[Implementation, ...]:
    """The two log-likelihoods in torch."""
    with board():
        variance = exp(LOG_VARIANCE[i])
        normal = IndexSum(log(Normal(PIXEL[i], CENTRE[i], variance)), (i, D))
        binary = -IndexSum(log(1 + exp(LOGIT[i])) - X[i] * LOGIT[i], (i, D))
    return (
        Implementation(
            "genedu.models.likelihoods.bernoulli_log_likelihood",
            arguments=(Batch(X), LOGIT),
            equals=(binary,),
            gradients=(LOGIT,),
            sizes={D: 3},
        ),
        Implementation(
            "genedu.models.likelihoods.gaussian_log_likelihood",
            arguments=(Batch(PIXEL), CENTRE, LOG_VARIANCE),
            equals=(normal,),
            gradients=(CENTRE, LOG_VARIANCE),
            sizes={D: 3},
        ),
    )
