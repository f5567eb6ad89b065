"""The gradient through a draw: its density, and a baseline."""

import torch

from ...messages import SWAPPED
from ...question import Case, FunctionQuestion, Mistake, SpotTheError

# -- Exercise 1: spot the error -------------------------------------------------------------------
SPOT = SpotTheError(
    id="vae.spot",
    title="Spot the error: stretched the wrong way",
    stars=1,
    minutes=10,
    statement="Which line is wrong, and what should stand in it? Write p for p(ε), the density of "
    "the noise at ε = (z − μ)/σ, and s for σ.",
    lines=(
        "z = μ + σ ε,  ε ~ N(0, 1)",
        "p(z) = p(ε) |dz/dε| = p s",
        "p(ε) = exp(−(z − μ)²/2σ²) / √(2π)",
        "p(z) = N(z; μ, σ²)",
    ),
    wrong_line=2,
    symbols={"p": "positive", "s": "positive"},
    right_form="p/s",
    hints=(
        "A density must integrate to 1. Which of the lines makes something that does not?",
        "The noise is stretched by σ. Does its density rise or fall by that?",
        r"A probability is carried over: $p(z)\,dz = p(\epsilon)\,d\epsilon$. Solve for $p(z)$.",
    ),
    equation="vae-reparameterization",
    mistakes=(
        Mistake((1, "p/s"), "Line 1 is the definition of z."),
        Mistake((3, "p/s"), "Line 3 is the standard normal density, with ε written out."),
        Mistake((4, "p/s"), "Line 4 is right, and it does not follow from line 2: count the σ's."),
        Mistake((2, "p"), "A stretched density cannot be as high as before: its area would grow."),
        Mistake((2, "p/s^2"), "One factor too many: this is one dimension."),
        Mistake((2, "1/s"), "This is the factor alone; the density of the noise is still needed."),
        Mistake((2, "p*s"), "This is the line as it was printed."),
    ),
)


# -- Exercise 5: the best baseline ----------------------------------------------------------------
def draws(draw):
    for num in (3, 50, 400):
        noise = draw.normal(num)
        yield Case((100 + 3 * noise + noise**2, noise))


def best_baseline(values, score):
    return (values * score**2).mean() / (score**2).mean()


BASELINE = FunctionQuestion(
    id="vae.baseline",
    title="The best baseline",
    stars=3,
    minutes=20,
    statement="Return the constant b for which (f − b) s scatters least, as a 0-dimensional "
    "tensor; values f (n,) and score s (n,), with ⟨s⟩ = 0 up to the luck of the draw.",
    hints=(
        "Does b change the mean of (f − b) s? What is then left to make small?",
        r"The mean of the square, $\langle (f - b)^2 s^2 \rangle$: a parabola in $b$.",
        r"Its derivative is $-2\langle (f - b) s^2 \rangle$; solve for $b$.",
    ),
    equation="vae-reparameterization",
    reference=best_baseline,
    cases=draws,
    mistakes=(
        Mistake(
            lambda values, score: values.mean(),
            "This is the usual baseline, the mean of f, and a good one; the best one counts each "
            "draw by the square of its score.",
        ),
        Mistake(
            lambda values, score: (values * score).mean() / (score**2).mean(),
            "This is the slope of f against s; multiply (f − b) s out and square it.",
        ),
        Mistake(
            lambda values, score: (values**2 * score**2).mean() / (values * score**2).mean(),
            "The derivative is taken by b, not by f: which of the two stands alone after it?",
        ),
        Mistake(
            lambda values, score: (values * score**2).mean(),
            "Divide by the total weight, as in every weighted mean.",
        ),
        Mistake(
            lambda values, score: 0 * values.mean(),
            "This is no baseline at all: with b = 0 all of f is multiplied with the score.",
        ),
        Mistake(
            lambda values, score: (values * score.abs()).mean() / score.abs().mean(),
            "The weights are squares of the score, not its size.",
        ),
        Mistake(
            lambda values, score: (score * values**2).mean() / (values**2).mean(),
            SWAPPED.format(a="values", b="score"),
        ),
    ),
    probe=lambda value, values, score: torch.as_tensor(value).reshape(()),
)
