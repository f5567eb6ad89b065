"""The likely mistake is named without any catalogue: by what the answer does."""

import math

import pytest
import torch
from torch.nn.functional import softplus

from genedu.exercises import messages
from genedu.exercises.judge import judge
from genedu.exercises.question import Case, FunctionQuestion, Mistake

NOTHING = tuple(Mistake(lambda *_: None, f"filler {n}") for n in range(3))


def question(reference, *makers, **more):
    """A bare question; each maker draws the arguments of one case."""

    def cases(draw):
        return (Case(make(draw)) if callable(make) else make for make in makers)

    return FunctionQuestion(
        id="some.thing",
        title="t",
        stars=1,
        minutes=1,
        statement="s",
        hints=("a", "b", "c"),
        mistakes=NOTHING,
        reference=reference,
        cases=cases,
        **more,
    )


def rows(*shape):
    return lambda draw: (draw.normal(*shape),)


MEAN = question(lambda x: x.mean(0), rows(2, 3), rows(5, 3), rows(8, 4))
STD = question(lambda x: x.std(0, correction=0), rows(3, 2), rows(6, 2))
VARIANCE = question(lambda x: x.var(0), rows(3, 2), rows(6, 2))
LENGTH = question(lambda x: (x**2).sum(1), rows(1, 3), rows(2, 5), rows(4, 3))
LAYER = question(
    lambda v, weight, bias: v @ weight + bias,
    *(lambda d, n=n: (d.normal(n, 3), d.normal(3, 3), d.normal(3)) for n in (1, 4)),
    terms={"the bias": lambda v, weight, bias: bias.expand(len(v), -1)},
    gradients=("weight", "bias"),
)


def flow(x, log_scale):
    z = x * log_scale.exp()
    return -0.5 * (z**2).sum(1) - x.shape[1] / 2 * math.log(2 * math.pi) + log_scale.sum()


FLOW = question(
    flow,
    *(lambda d, n=n: (d.normal(n, 2), d.normal(2)) for n in (1, 3)),
    terms={"the log-determinant": lambda x, log_scale: log_scale.sum().expand(len(x))},
)
KL = question(
    lambda p, q: (p * (p / q).log()).sum(),
    *(lambda d, n=n: (d.shares(n), d.shares(n)) for n in (2, 4, 7)),
)
DIFFUSE = question(
    lambda x0, t, noise: 0.9**t * x0 + (1 - 0.81**t) ** 0.5 * noise,
    *(lambda d, t=t: (d.normal(2, 3), t, d.normal(2, 3)) for t in (1, 4, 9)),
)
SOFTPLUS = question(
    lambda x: softplus(x),
    rows(3),
    rows(2, 2),
    Case((torch.tensor([800.0, -800.0]).double(),), extreme=True),
)
FAR = question(
    lambda x: x.var(correction=0),
    rows(4),
    rows(9),
    lambda d: (d.normal(20) + 3000,),
)


def doubled_in_place(v, weight, bias):
    weight += 0.5
    return v @ (weight - 0.5) + bias


def cut(v, weight, bias):
    return v @ weight.detach() + bias


def through_numpy(v, weight, bias):
    return torch.from_numpy(v.numpy() @ weight.numpy()) + bias


def squeezed(x):
    return torch.stack([(row**2).sum() for row in x]).squeeze()


def breaks_for_one(x):
    return torch.stack([row @ row for row in x.squeeze()])


@pytest.mark.parametrize(
    "asked, answer, message",
    [
        (MEAN, lambda x: -x.mean(0), messages.SIGN),
        (MEAN, lambda x: x.sum(0), messages.SUM_FOR_MEAN),
        (MEAN, lambda x: x.mean(1), "runs over the wrong axis: shape (2,) came back"),
        (MEAN, lambda x: 2 * x.mean(0), messages.DOUBLE),
        (MEAN, lambda x: x.mean(0) / 2, messages.HALF),
        (MEAN, lambda x: x.mean(0) + 1, messages.CONSTANT),
        (LENGTH, lambda x: (x**2).mean(1), ""),
        (STD, lambda x: x.var(0, correction=0), messages.VARIANCE_FOR_STD),
        (STD, lambda x: x.std(0), messages.UNBIASED),
        (VARIANCE, lambda x: x.std(0), messages.STD_FOR_VARIANCE),
        (VARIANCE, lambda x: x.var(0, correction=0), messages.UNBIASED),
        (LAYER, lambda v, w, b: v @ w, "Something is missing: the bias."),
        (LAYER, lambda v, w, b: v @ w - b, "One part has the wrong sign: the bias."),
        (LAYER, lambda v, w, b: v @ w.T + b, "`weight` is used transposed"),
        (LAYER, doubled_in_place, "changes its input `weight` in place"),
        (LAYER, cut, "no gradient reaches `weight`"),
        (LAYER, through_numpy, "no gradient reaches `weight`"),
        (FLOW, lambda x, s: flow(x, s) - s.sum(), "Something is missing: the log-determinant."),
        (FLOW, lambda x, s: flow(x, s) - 2 * s.sum(), "wrong sign: the log-determinant."),
        (FLOW, lambda x, s: flow(x, s).exp(), messages.NO_LOG),
        (
            FLOW,
            lambda x, s: flow(x, s) + math.log(2 * math.pi),
            messages.CONSTANT,
        ),
        (KL, lambda p, q: (q * (q / p).log()).sum(), "changed places: `p` and `q`"),
        (KL, lambda p, q: (p * (p / q).log2()).sum(), messages.LOG_BASE),
        (KL, lambda p, q: (p * (p / q).log10()).sum(), messages.LOG_BASE),
        (KL, lambda p, q: (p * (p / q).log()).mean(), messages.MEAN_FOR_SUM),
        (DIFFUSE, lambda x, t, e: DIFFUSE.reference(x, t - 1, e), "Off by one: `t`"),
        (DIFFUSE, lambda x, t, e: DIFFUSE.reference(x, t + 1, e), "Off by one: `t`"),
        (DIFFUSE, lambda x, t, e: DIFFUSE.reference(e, t, x), "changed places: `x0` and `noise`"),
        (LENGTH, squeezed, messages.BATCH_ONE),
        (LENGTH, breaks_for_one, messages.BATCH_ONE),
        (SOFTPLUS, lambda x: (1 + x.exp()).log(), messages.OVERFLOW),
        (FAR, lambda x: (x**2).mean() - x.mean() ** 2, messages.PRECISION),
    ],
)
def test_the_likely_mistake_is_named(asked, answer, message):
    found = judge(asked, answer)
    assert found.state == "not yet"
    assert message in found.message, found


@pytest.mark.parametrize(
    "asked", [MEAN, STD, VARIANCE, LENGTH, LAYER, FLOW, KL, DIFFUSE, SOFTPLUS]
)
def test_right_answers_pass(asked):
    assert judge(asked, asked.reference).state == "passed"


def test_zeros_are_not_called_the_exponential_of_a_large_loss():
    asked = question(lambda x: 1000 + (x**2).sum(1), rows(2, 3), rows(5, 3))
    found = judge(asked, lambda x: torch.zeros(len(x), dtype=x.dtype))
    assert found.state == "not yet"
    assert messages.NO_LOG not in found.message


def test_of_several_results_the_wrong_one_is_named():
    asked = question(
        lambda x: (x.mean(), x.var()), rows(3), rows(6), returns=("the mean", "the variance")
    )
    assert judge(asked, lambda x: (x.mean(), x.std())).message.startswith("The variance: This is")
    assert judge(asked, lambda x: (-x.mean(), x.var())).message.startswith("The mean: The sign")
    said = judge(asked, lambda x: x.mean()).message
    assert said == "One result came back, but 2 are asked for: the mean, the variance."
    assert judge(asked, lambda x: [x.mean().item(), x.var().item()]).state == "passed"


def test_a_gradient_that_is_wrong_is_not_called_missing():
    class Odd(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, slope):
            return 2 * slope

    found = judge(LAYER, lambda v, w, b: v @ Odd.apply(w) + b)
    assert "the gradient by `weight` is not" in found.message


def test_no_diagnosis_is_better_than_a_wrong_one():
    found = judge(MEAN, lambda x: x.mean(0) ** 3 + x[0])
    assert found.message == "The result has other values."
