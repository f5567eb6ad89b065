"""Which directions live, and how the variance gets there."""

import math

import torch

from ...question import Case, ChoiceQuestion, FunctionQuestion, LineQuestion, Mistake


# -- Exercise 1: who survives? --------------------------------------------------------------------
def survivors():
    variances = torch.tensor([5.0, 2.0, 0.9])
    values = (1 - 1.2**2 / variances).clamp(min=0).sqrt()
    return *values.tolist(), math.sqrt(0.9)


def with_threshold_on_deviations():
    values = (1 - 1.2 / torch.tensor([5.0, 2.0, 0.9])).clamp(min=0).sqrt()
    return *values.tolist(), math.sqrt(0.9)


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
        r"A direction lives while $\lambda > \sigma_v^2$, and then $s^2 = 1 - "
        r"\sigma_v^2/\lambda$.",
        r"A dead direction has $s = 0$. For the second question $\lambda = 0.9$ is given and "
        r"$\sigma_v$ unknown.",
    ),
    equation="grbm-cd-pca",
    reference=survivors,
    probe=four_numbers,
    cases=lambda draw: (Case(()),),
    dtypes=("float64",),
    tolerance=2e-3,
    mistakes=(
        Mistake(
            lambda: (*(value**2 for value in survivors()[:3]), math.sqrt(0.9)),
            "The root is missing: 1 − σ_v²/λ is the square of the singular value.",
        ),
        Mistake(
            with_threshold_on_deviations,
            "Variances are compared with σ_v², a variance, and not with σ_v.",
        ),
        Mistake(
            lambda: (*survivors()[:3], 0.9),
            "The singular values are right; 0.9 is a variance, and σ_v is asked for.",
        ),
        Mistake(
            lambda: (*survivors()[:3], 1.2),
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
        r"Do half a step first: what is $\langle hh^\top\rangle$, and which terms of the "
        "product vanish? And which variance does a whole step leave as it is?",
        r"One step: $\rho \to s^4 \rho + s^2 + 1$. The limit solves this with $\rho$ on both "
        r"sides; for matrices, $C(\infty) = A\,C(\infty)\,A + A + I$. Subtract it from the "
        "step: the constant terms cancel.",
        "The distance to the limit $1/(1 - s^2)$ shrinks by $s^4$ every time.",
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
        "Which of the two brackets depends on $n$?",
        r"What does each step do to the distance from $\lambda_\infty$?",
        r"$\lambda_n - \lambda_\infty = s^{4n} (\lambda - \lambda_\infty)$.",
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


def student_and_truth(ratio=2.0):
    square = 1 - 1 / ratio
    return square**0.25, square**0.5


STUDENT = FunctionQuestion(
    id="cd.student",
    title="Spot the error: the student's threshold",
    stars=2,
    minutes=5,
    statement="Return the student's singular value and the right one, for a given ratio ρ.",
    hints=(
        "How many noises are there in one Gibbs step, and how many in the student's sentences?",
        r"Take the student's last equation at its word: $s^4 = 1 - 1/\rho$.",
        r"Likelihood and CD have $s^2 = 1 - 1/\rho$.",
    ),
    equation="grbm-cd-pca",
    reference=student_and_truth,
    returns=("the student's value", "the right value"),
    cases=ratios_above_one,
    mistakes=(
        Mistake(
            lambda ratio: student_and_truth(ratio)[::-1],
            "The two have changed places: the student comes first.",
        ),
        Mistake(
            lambda ratio: tuple(value**2 for value in student_and_truth(ratio)),
            "These are squares of singular values.",
        ),
        Mistake(
            lambda ratio: (student_and_truth(ratio)[0], 1 - 1 / ratio),
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
        r"Which terms does $\rho(1)$ have for an honest step, and which has the student's?",
        r"An honest step gives $s^4\rho + s^2 + 1$.",
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

QUESTIONS = (SURVIVORS, VARIANCE, LINE, STUDENT, MACHINE)
