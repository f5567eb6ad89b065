"""Chapter 5: what contrastive divergence learns."""

import math

import torch

from ..question import (
    Case,
    ChoiceQuestion,
    FunctionQuestion,
    LineQuestion,
    Mistake,
    NumberQuestion,
)

GOLDEN = (1 + math.sqrt(5)) / 2

# -- Exercise 1: who survives? --------------------------------------------------------------------
ADMITS = math.sqrt(0.9)  # σ_v² = λ of the third direction
VARIANCES = torch.tensor([5.0, 2.0, 0.9]).double()


def survivors(noise=1.44, power=0.5, admits=ADMITS):
    values = (1 - noise / VARIANCES).clamp(min=0) ** power
    return [*values.tolist(), admits]


def four_numbers(value):
    flat = [torch.as_tensor(each).double().reshape(-1) for each in value]
    return torch.cat(flat)


SURVIVORS = FunctionQuestion(
    id="cd.survivors",
    title="Who survives?",
    stars=1,
    minutes=5,
    statement="Variances 5, 2, 0.9, 0.3, noise σ_v = 1.2, three hidden units: return the three "
    "singular values, largest first, and the σ_v below which a third direction is learned.",
    hints=(
        "Is the threshold on variances or on standard deviations?",
        "A direction lives while λ > σ_v², and then s² = 1 − σ_v²/λ.",
        "A dead direction has s = 0. For the second question λ = 0.9 is given and σ_v unknown.",
    ),
    equation="grbm-cd-pca",
    reference=lambda: survivors(),
    probe=four_numbers,
    cases=lambda draw: (Case(()),),
    dtypes=("float64",),
    tolerance=2e-3,
    mistakes=(
        Mistake(
            lambda: survivors(power=1.0),
            "The root is missing: 1 − σ_v²/λ is the square of the singular value.",
        ),
        Mistake(
            lambda: survivors(noise=1.2),
            "Variances are compared with σ_v², a variance, and not with σ_v.",
        ),
        Mistake(
            lambda: survivors(admits=0.9),
            "The singular values are right; 0.9 is a variance, and σ_v is asked for.",
        ),
        Mistake(
            lambda: [*survivors()[:3], 1.2],
            "The singular values are right; at σ_v = 1.2 the third direction is dead.",
        ),
    ),
)


# -- Exercise 2: the missing step -----------------------------------------------------------------
def chains(draw):
    for ratio, s, k in ((2.0, 0.5, 1), (0.3, 0.9, 2), (5.0, 0.7, 5)):
        yield Case((torch.tensor(ratio).double(), torch.tensor(s).double(), k))


def variance_after(ratio, s, k):
    limit = 1 / (1 - s**2)
    return limit + s ** (4 * k) * (ratio - limit)


VARIANCE = FunctionQuestion(
    id="cd.variance",
    title="The variance after k steps",
    stars=2,
    minutes=15,
    statement="Return ρ(k) in closed form for a data variance ratio and a singular value s.",
    hints=(
        "Which variance does a step leave as it is?",
        "One step: ρ → s⁴ρ + s² + 1. The limit solves this with ρ on both sides.",
        "The distance to the limit 1/(1 − s²) shrinks by s⁴ every time.",
    ),
    equation="grbm-cd-pca",
    reference=variance_after,
    cases=chains,
    mistakes=(
        Mistake(
            lambda ratio, s, k: 1 / (1 - s**2) + s ** (2 * k) * (ratio - 1 / (1 - s**2)),
            "A whole step goes through W twice: the variance shrinks by s⁴, not s².",
        ),
        Mistake(
            lambda ratio, s, k: s ** (4 * k) * ratio + s**2 + 1,
            "The noise of every step is passed on by all later ones: it adds up.",
        ),
        Mistake(
            lambda ratio, s, k: 1 / (1 - s**4) + s ** (4 * k) * (ratio - 1 / (1 - s**4)),
            "One noise is missing in the limit: h has one, too, and it arrives with s².",
        ),
        Mistake(lambda ratio, s, k: s ** (4 * k) * ratio, "The noise of the steps is missing."),
    ),
)

LINE = LineQuestion(
    id="cd.line",
    title="The missing line: n steps at once",
    stars=2,
    minutes=10,
    statement="Fill in the line of grbm-cd-pca between s((λ − λ∞) − (λ_n − λ∞)) and its "
    "factorised form. Type s, n, lambda and lambda_inf (what a step leaves as it is).",
    hints=(
        "Only one of the two brackets depends on n.",
        "What does each step do to the distance from λ∞?",
        "λ_n − λ∞ = s^(4n) (λ − λ∞).",
    ),
    equation="grbm-cd-pca",
    derivation="grbm-cd-pca",
    line=13,
    names={"s": "s", "n": "n", "lambda": "lambda", "lambda_inf": r"\lambda_{\infty}"},
    reference="s*((lambda - lambda_inf) - s^(4*n)*(lambda - lambda_inf))",
    mistakes=(
        Mistake(
            "s*((lambda - lambda_inf) - s^(2*n)*(lambda - lambda_inf))",
            "A whole step goes through W twice, and a variance has a square: s⁴ a step.",
        ),
        Mistake(
            "s*((lambda - lambda_inf) - s^4*(lambda - lambda_inf))",
            "This is a single step; n of them are taken.",
        ),
        Mistake(
            "s*((lambda - lambda_inf) + s^(4*n)*(lambda - lambda_inf))",
            "The sign between the brackets has changed.",
        ),
    ),
)


# -- Exercise 3: spot the error -------------------------------------------------------------------
def ratios_above_one(draw):
    return (Case((torch.tensor(r).double(),)) for r in (2.0, 1.5, 10.0))


def square(ratio):
    return 1 - 1 / ratio


STUDENT = FunctionQuestion(
    id="cd.student",
    title="Spot the error: the student's threshold",
    stars=2,
    minutes=5,
    statement="Return the student's singular value and the right one, for a given ratio ρ.",
    hints=(
        "Take the student's last equation at its word, then the one of the chapter.",
        "The student has s⁴ = 1 − 1/ρ.",
        "Likelihood and CD have s² = 1 − 1/ρ.",
    ),
    equation="grbm-cd-pca",
    reference=lambda ratio: (square(ratio) ** 0.25, square(ratio) ** 0.5),
    returns=("the student's value", "the right value"),
    cases=ratios_above_one,
    mistakes=(
        Mistake(
            lambda ratio: (square(ratio) ** 0.5, square(ratio) ** 0.25),
            "The two have changed places: the student comes first.",
        ),
        Mistake(
            lambda ratio: (square(ratio) ** 0.5, square(ratio)),
            "These are squares of singular values.",
        ),
        Mistake(
            lambda ratio: (square(ratio) ** 0.25, square(ratio)),
            "The right value lacks its root: 1 − 1/ρ is s².",
        ),
    ),
)

MACHINE = ChoiceQuestion(
    id="cd.machine",
    title="Which machine has the student analysed?",
    stars=2,
    minutes=5,
    statement="“The hidden unit hears sv, so its variance is s²ρ. The visible unit hears sh and "
    "adds noise of variance 1, so ρ(1) = s⁴ρ + 1.” Whose ρ(1) is this?",
    options={
        "a": "honest CD-1",
        "b": "CD-1 with a mean in place of the hidden sample",
        "c": "CD-1 with a mean in place of the visible sample",
        "d": "CD-1 with means in both layers",
    },
    reasons={
        1: "The noise of the hidden unit, which arrives as s², is left out.",
        2: "The noise of the visible unit, which is 1, is left out.",
        3: "Nothing is left out.",
    },
    reference=("b", 1),
    hints=(
        "How many noises are there in one Gibbs step, and how many in these sentences?",
        "An honest step gives s⁴ρ + s² + 1.",
        "Which of the three terms is missing, and from which layer does it come?",
    ),
    mistakes=(
        Mistake(("a", 3), "An honest step has two noises; count those in the sentences."),
        Mistake(("c", 2), "The 1 is there: the visible unit is drawn."),
        Mistake(("d", 1), "One noise is there: the 1 of the visible unit."),
        Mistake(("b", 2), "The machine is right; which noise is missing from s⁴ρ + 1?"),
        Mistake(("b", 3), "The machine is right; an honest step has one term more."),
    ),
)


# -- Exercise 4: choose the noise -----------------------------------------------------------------
def spectra(draw):
    for num, hidden in ((3, 1), (6, 2), (12, 5)):
        yield Case((draw.between(0.1, 4, num), hidden))


def falling(eigenvalues):
    return eigenvalues.sort(descending=True).values


NOISE = FunctionQuestion(
    id="cd.noise",
    title="Choose the noise",
    stars=2,
    minutes=20,
    statement="Return the σ_v² of largest likelihood when num_hidden directions are learned; the "
    "eigenvalues come in any order.",
    hints=(
        "In which terms of the sum does σ_v² occur at all?",
        "Only in those of the discarded directions, Σ (log σ_v² + λ/σ_v²).",
        "Set the derivative to zero: the noise is the mean of what is thrown away.",
    ),
    reference=lambda eigenvalues, num_hidden: falling(eigenvalues)[num_hidden:].mean(),
    cases=spectra,
    mistakes=(
        Mistake(
            lambda eigenvalues, num_hidden: falling(eigenvalues)[num_hidden:].sum(),
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
            lambda eigenvalues, num_hidden: falling(eigenvalues)[num_hidden],
            "This is the largest discarded variance: the threshold, not the best noise.",
        ),
    ),
)


# -- Exercise 5: gold -----------------------------------------------------------------------------
def ratios(draw):
    return (Case((torch.tensor(r).double(),)) for r in (1.0, 0.5, 3.0, 20.0))


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
        "Where does CD rest when the 1 of the visible noise is left out of ρ(1)?",
        "ρ = s⁴ρ + s² is a quadratic equation for s².",
        "The belief is 1/(1 − s²); an honest machine believes in max(1, ρ).",
    ),
    reference=lambda ratio: believed(ratio) / ratio.clamp(min=1),
    cases=ratios,
    mistakes=(
        Mistake(
            lambda ratio: believed(ratio) / ratio,
            "Below the noise an honest machine believes in 1, not in ρ.",
        ),
        Mistake(
            lambda ratio: ratio.clamp(min=1) / believed(ratio),
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
        "What is the ratio for ρ < 1, where the honest belief is 1? Does it rise or fall?",
        "For ρ > 1 write ρ = s²/(1 − s⁴) and look at the ratio as a function of s.",
        "The ratio rises up to ρ = 1 and falls after it.",
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

QUESTIONS = (SURVIVORS, VARIANCE, LINE, STUDENT, MACHINE, NOISE, BELIEF, GOLD)
