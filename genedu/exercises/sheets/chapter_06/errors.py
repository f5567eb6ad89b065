"""What a reconstruction error can at best be."""

import math

import torch

from ...messages import LOG_BASE, MEAN_FOR_SUM, SIGN, SUM_FOR_MEAN, UNBIASED
from ...question import Case, FunctionQuestion, Mistake


# -- Exercise 1: the loss that never reaches zero -------------------------------------------------
def least_cross_entropy(x):
    return (torch.special.entr(x) + torch.special.entr(1 - x)).sum(1)


def grey_pictures(draw):
    for rows, pixels in ((1, 2), (3, 4), (5, 6)):
        yield Case((draw.between(0.01, 0.99, rows, pixels),))
    black_and_white = draw.binary(3, 4)
    yield Case((black_and_white,), extreme=True)
    yield Case((torch.cat([black_and_white, draw.between(0, 1, 3, 2)], 1),), extreme=True)


FLOOR = FunctionQuestion(
    id="ae.floor",
    title="The loss that never reaches zero",
    stars=1,
    minutes=10,
    statement="Return the least value of −Σ_i [x_i log y_i + (1 − x_i) log(1 − y_i)] over all y, "
    "(batch,), in nats, for x (batch, D) in [0, 1].",
    hints=(
        "For one pixel: which $y$ makes $-x \\log y - (1 - x) \\log(1 - y)$ least?",
        "Set the derivative by $y$ to zero: the best reconstruction is $y = x$. Put it back.",
        "What is left is the entropy of a coin that shows 1 with probability $x$. Where $x$ is 0 "
        "or 1 a term is $0 \\cdot \\log 0 = 0$: `torch.special.entr(x)` knows that.",
    ),
    reference=least_cross_entropy,
    cases=grey_pictures,
    mistakes=(
        Mistake(
            lambda x: torch.zeros(len(x), dtype=x.dtype),
            "Zero is reached only by pictures of pure black and white.",
        ),
        Mistake(
            lambda x: torch.special.entr(x).sum(1),
            "Only one of the two terms of each pixel is there.",
        ),
        Mistake(
            lambda x: least_cross_entropy(x) / x.shape[1],
            MEAN_FOR_SUM,
        ),
        Mistake(
            lambda x: (x * (1 - x)).sum(1),
            "This is the variance of the coin; asked for is its entropy.",
        ),
        Mistake(lambda x: -least_cross_entropy(x), SIGN),
        Mistake(lambda x: least_cross_entropy(x) / math.log(2), LOG_BASE),
        Mistake(
            lambda x: -(x * x.log() + (1 - x) * (1 - x).log()).sum(1),
            "It is right for grey pixels; at a pixel that is 0 or 1, torch computes 0 · (−∞).",
        ),
        Mistake(
            lambda x: torch.full((len(x),), x.shape[1] * math.log(2), dtype=x.dtype),
            "This is the error of y = ½ everywhere, the worst that a cautious decoder does.",
        ),
    ),
)


# -- Exercise 2: the best straight answer ---------------------------------------------------------
def pca_error(x, num):
    centred = x - x.mean(0)
    eigenvalues = torch.linalg.eigvalsh(centred.T @ centred / len(x))  # smallest first
    return eigenvalues[: len(eigenvalues) - num].sum()


def clouds(draw):
    for rows, pixels, num in ((6, 2, 1), (9, 4, 2), (20, 5, 3)):
        scales = draw.between(0.5, 2, pixels)
        yield Case((draw.normal(rows, pixels) * scales + draw.normal(pixels), num))


def uncentred(x, num):
    return torch.linalg.eigvalsh(x.T @ x / len(x))[: x.shape[1] - num].sum()


def kept(x, num):
    return (x - x.mean(0)).square().sum(1).mean() - pca_error(x, num)


def roots(x, num):
    return torch.linalg.svdvals(x - x.mean(0))[num:].sum() / len(x) ** 0.5


PCA_ERROR = FunctionQuestion(
    id="ae.pca",
    title="The best straight answer",
    stars=2,
    minutes=15,
    statement="Return the mean over the rows of x (N, D) of the squared error, summed over the "
    "pixels, of the best linear autoencoder with `num` numbers: a scalar.",
    hints=(
        "Which plane does the best linear autoencoder draw on, and what is lost outside of it?",
        "What is lost is the variance along the directions that are left out.",
        "The variances are the eigenvalues of the covariance of the centred data, divided by $N$. "
        "`torch.linalg.eigvalsh` gives them, the smallest first: add up all but the last `num`.",
    ),
    reference=pca_error,
    cases=clouds,
    mistakes=(
        Mistake(kept, "This is the variance that the code keeps; asked for is what is lost."),
        Mistake(
            uncentred,
            "This is the best sheet through the origin: a bias can take it to the mean.",
        ),
        Mistake(
            lambda x, num: pca_error(x, num) * len(x) / (len(x) - 1),
            UNBIASED,
        ),
        Mistake(
            lambda x, num: pca_error(x, num) / x.shape[1],
            "This is the error per pixel; the chapter's error is a sum over the pixels.",
        ),
        Mistake(lambda x, num: pca_error(x, num) * len(x), SUM_FOR_MEAN),
        Mistake(
            roots,
            "These are standard deviations along the directions; errors are squares.",
        ),
        Mistake(
            lambda x, num: torch.linalg.eigvalsh((x - x.mean(0)).T.cov(correction=0))[num:].sum(),
            "The wrong ones are left out: this linear algebra lists the smallest first.",
        ),
        Mistake(
            lambda x, num: torch.linalg.eigvalsh(x.T.cov(correction=0))[:num].sum(),
            "It adds up `num` variances; left out are all directions but `num`.",
        ),
        Mistake(
            lambda x, num: x.var(0, correction=0).sort().values[: x.shape[1] - num].sum(),
            "These are variances of single pixels; the best directions mix pixels.",
        ),
    ),
)

QUESTIONS = (FLOOR, PCA_ERROR)
