"""The best noise, and what a machine without some of it believes."""

import math

import torch

from ...question import Case, FunctionQuestion, Mistake, NumberQuestion

GOLDEN = (1 + math.sqrt(5)) / 2


# -- Exercise 4: choose the noise -----------------------------------------------------------------
def spectra(draw):
    for num, hidden in ((3, 1), (6, 2), (12, 5)):
        yield Case((draw.between(0.1, 4, num), hidden))


def best_noise(eigenvalues, num_hidden):
    falling = eigenvalues.sort(descending=True).values
    return falling[num_hidden:].mean()


NOISE = FunctionQuestion(
    id="cd.noise",
    title="Choose the noise",
    stars=2,
    minutes=20,
    statement="Return the σ_v² of largest likelihood when num_hidden directions are learned; the "
    "eigenvalues come in any order.",
    hints=(
        r"In which terms of the sum does $\sigma_v^2$ occur at all?",
        r"Only in those of the discarded directions: $\sum (\log \sigma_v^2 + "
        r"\lambda/\sigma_v^2)$.",
        "Set the derivative to zero: the noise is the mean of what is thrown away.",
    ),
    reference=best_noise,
    cases=spectra,
    mistakes=(
        Mistake(
            lambda eigenvalues, num_hidden: (
                best_noise(eigenvalues, num_hidden) * (len(eigenvalues) - num_hidden)
            ),
            "This is a sum where a mean is asked for.",
        ),
        Mistake(
            lambda eigenvalues, num_hidden: eigenvalues[num_hidden:].mean(),
            "The eigenvalues come in any order: the largest are learned.",
        ),
        Mistake(
            lambda eigenvalues, num_hidden: eigenvalues.mean(),
            "All directions are averaged; those that are learned say nothing about the noise.",
        ),
        Mistake(
            lambda eigenvalues, num_hidden: eigenvalues.sort(descending=True).values[num_hidden],
            "This is the largest discarded variance: the threshold, not the best noise.",
        ),
    ),
)


# -- Exercise 5: gold -----------------------------------------------------------------------------
def ratios(draw):
    return (Case((torch.tensor(r).double(),)) for r in (1.0, 0.5, 3.0, 20.0))


def believed_over_honest(ratio):
    square = ((1 + 4 * ratio**2).sqrt() - 1) / (2 * ratio)  # of the singular value
    return 1 / (1 - square) / ratio.clamp(min=1)


def mean_square(ratio):
    return ((1 + 4 * ratio**2).sqrt() - 1) / (2 * ratio)


def believed(ratio):
    return 1 / (1 - mean_square(ratio))


BELIEF = FunctionQuestion(
    id="cd.belief",
    title="What a machine without visible noise believes",
    stars=3,
    minutes=15,
    statement="Return the belief of CD with mean reconstructions over that of an honest machine, "
    "for a ratio ρ of data variance and noise.",
    hints=(
        r"Where does CD rest when the 1 of the visible noise is left out of $\rho(1)$?",
        r"$\rho = s^4\rho + s^2$ is a quadratic equation for $s^2$.",
        r"The belief is $1/(1 - s^2)$; an honest machine believes in $\max(1, \rho)$.",
    ),
    reference=believed_over_honest,
    cases=ratios,
    mistakes=(
        Mistake(
            lambda ratio: believed(ratio) / ratio,
            "Below the noise an honest machine believes in 1, not in ρ.",
        ),
        Mistake(
            lambda ratio: 1 / believed_over_honest(ratio),
            "The ratio is upside down: the machine with means comes first.",
        ),
        Mistake(believed, "This is the belief itself; divide by that of an honest machine."),
        Mistake(
            lambda ratio: 1 / (1 - mean_square(ratio).sqrt()) / ratio.clamp(min=1),
            "The belief is 1/(1 − s²), with the square of s.",
        ),
    ),
)

GOLD = NumberQuestion(
    id="cd.gold",
    title="Gold",
    stars=3,
    minutes=10,
    statement="The largest ratio of the two beliefs, over all ρ.",
    hints=(
        r"What is the ratio for $\rho < 1$, where the honest belief is 1? Does it rise or "
        "fall?",
        r"For $\rho > 1$ write $\rho = s^2/(1 - s^4)$ and look at the ratio as a function of "
        "$s$: does it rise or fall?",
        r"The ratio rises up to $\rho = 1$ and falls after it. There $s^2 = (\sqrt5 - 1)/2$.",
    ),
    reference=GOLDEN**2,
    relative=0.002,
    mistakes=(
        Mistake(GOLDEN, "This is the golden ratio; the belief is 1/(1 − s²) with s² = 0.618…"),
        Mistake(GOLDEN - 1, "This is s² itself; what does the machine believe?"),
        Mistake(
            2.0, "This is the ratio far above the noise, where ρ is large. Is it the largest?"
        ),
        Mistake(1.0, "This is where the two differ most; by how much?"),
    ),
)

QUESTIONS = (NOISE, BELIEF, GOLD)
