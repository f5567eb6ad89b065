"""What a decoder can say: its best mean, what is lost, and what it says of a spoiled picture."""

import torch

from ...messages import MEAN_FOR_SUM
from ...question import Case, ChoiceQuestion, FunctionQuestion, Mistake


# -- Warm-up: the best decoder --------------------------------------------------------------------
def visits(draw):
    yield Case(
        (torch.tensor([1.0, 3.0]).double(), torch.tensor([[0.0, 1.0], [1.0, 1.0]]).double())
    )
    for num, pixels in ((4, 3), (7, 5)):
        yield Case((draw.between(0.1, 4, num), draw.binary(num, pixels)))


def best_picture(q, x):
    return q @ x / q.sum()


BEST = FunctionQuestion(
    id="use.best-picture",
    title="The best decoder",
    stars=1,
    minutes=5,
    statement="Return the mean picture y*, (D,), that makes Σ q_n log p(x_n | y) largest, for q "
    "(N,), positive numbers, and pictures x (N, D).",
    hints=(
        "Which picture counts how much?",
        r"$y^* = \sum_n q_n x^{(n)} / \sum_n q_n$: a weighted mean of the pictures.",
        "The sum over $n$ is the matrix product `q @ x`; then divide by the sum of the weights.",
    ),
    reference=best_picture,
    cases=visits,
    gradients=("q",),
    mistakes=(
        Mistake(
            lambda q, x: q @ x,
            "The weights do not add up to 1: these are densities, and this is no mean yet.",
        ),
        Mistake(
            lambda q, x: x.mean(0),
            "Every picture counts alike here; at this place some have hardly ever been.",
        ),
        Mistake(
            lambda q, x: x[q.argmax()],
            "This is the most likely picture. It is sharp, and wrong whenever it was another one.",
        ),
        Mistake(
            lambda q, x: (q @ x) / len(q),
            "Divide by the sum of the weights, not by their number.",
        ),
        Mistake(
            lambda q, x: torch.softmax(q, 0) @ x,
            "`q` holds the densities themselves; a softmax is for their logarithms.",
        ),
        Mistake(
            lambda q, x: (q @ x / q.sum()).round(),
            "Rounded to 0 and 1: a pixel that is on in 60 % of the cases is not always on.",
        ),
    ),
)


# -- Exercise 2: what is lost ---------------------------------------------------------------------
LOST = ChoiceQuestion(
    id="use.lost",
    title="What is lost",
    stars=2,
    minutes=10,
    statement="Given z, the pixels of a VAE are independent. What can a VAE with a short code "
    "therefore not express?",
    options={
        "a": "pictures with several humps, such as ten classes",
        "b": "what pixels know of each other once z is known",
        "c": "pixels that depend on each other at all",
    },
    reasons={
        1: "p(x) has the shape of p(x|z)",
        2: "p(x) is a mixture whose parts may lie anywhere, but within a part each pixel is "
        "tossed by itself",
        3: "the prior has a single hump",
        4: "the encoder cannot tell similar pictures apart",
    },
    reference=("b", 2),
    hints=(
        "Ten draws of the model were shown at the beginning. How many classes did you see?",
        "What was the correlation of neighbours in what is left over, for digits and for samples?",
        r"$p(x) = \int p(x \mid z)\,p(z)\,dz$: through $z$ all pixels of a picture are chosen "
        "together. What is left to be chosen then?",
    ),
    mistakes=(
        Mistake(
            ("a", 1),
            "The map shows many classes. Only p(x|z), for a single z, has one hump; a picture may "
            "come from any z.",
        ),
        Mistake(
            ("a", 3),
            "The decoder bends one hump into as many as it likes: look at the map of the digits.",
        ),
        Mistake(
            ("c", 2),
            "Through the choice of z pixels do depend on each other: z says where the whole "
            "stroke goes.",
        ),
        Mistake(
            ("b", 1),
            "Right; but were this the reason, there would not even be two classes.",
        ),
        Mistake(
            ("b", 3),
            "Right, but a decoder makes any number of humps of one; it is something else that it "
            "cannot make.",
        ),
        Mistake(
            ("b", 4),
            "Right, but the encoder has no say in what the model can express.",
        ),
    ),
)


# -- Exercise 4: what the climb needs -------------------------------------------------------------
def spoiled_halves(draw):
    for batch, pixels in ((1, 3), (3, 6)):
        known = torch.arange(pixels) < (pixels + 1) // 2
        yield Case(
            (
                draw.binary(batch, pixels),
                draw.between(0.05, 0.95, batch, pixels),
                0.1,
                known.expand(batch, pixels),
            )
        )


def log_seen(seen, probability, flip, known):
    on = flip + (1 - 2 * flip) * probability
    each = torch.where(seen > 0.5, on, 1 - on).log()
    return torch.where(known, each, torch.zeros_like(each)).sum(1)


def read_as(change):
    """A wrong answer: the right sum with another probability that a pixel is seen on."""

    def answer(seen, probability, flip, known):
        return log_seen(seen, change(probability, flip), 0.0, known)

    return answer


SEEN = FunctionQuestion(
    id="use.log-seen",
    title="What the climb needs",
    stars=2,
    minutes=20,
    statement="Return log p(seen|z), (batch,), nats, where each pixel of a picture drawn with "
    "`probability` was turned over with probability `flip` and only pixels with `known` count; "
    "seen (0 or 1), probability and known are (batch, D).",
    hints=(
        "In which two ways can a pixel be seen on?",
        r"Drawn on and left alone, $y(1 - \varepsilon)$, or drawn off and turned over, "
        r"$(1 - y)\,\varepsilon$. What does a pixel add that was not seen at all?",
        "`torch.where(seen > 0.5, on, 1 - on).log()`, 0 where `known` is False, summed over "
        "the pixels. Our climb left 37 wrong pixels below.",
    ),
    reference=log_seen,
    cases=spoiled_halves,
    gradients=("probability",),
    mistakes=(
        Mistake(
            read_as(lambda probability, flip: probability),
            "The noise is missing: a pixel that was turned over would cost far too much.",
        ),
        Mistake(
            read_as(lambda probability, flip: (1 - flip) * probability),
            "A pixel can also be seen on because it was drawn off and turned over.",
        ),
        Mistake(
            read_as(lambda probability, flip: probability + flip * (1 - probability)),
            "A pixel that was drawn on can be turned over, too, and is then seen off.",
        ),
        Mistake(
            lambda seen, probability, flip, known: log_seen(seen, probability, flip, known).exp(),
            "This is the probability itself; its logarithm is asked for.",
        ),
        Mistake(
            read_as(lambda probability, flip: 1 - flip + (2 * flip - 1) * probability),
            "`flip` is the probability of being turned over, not of being left alone.",
        ),
        Mistake(
            lambda seen, probability, flip, known: log_seen(
                seen, probability, flip, torch.ones_like(known)
            ),
            "Pixels that nobody has seen count as well here.",
        ),
        Mistake(
            lambda seen, probability, flip, known: (
                log_seen(seen, probability, flip, known) / known.sum(1)
            ),
            MEAN_FOR_SUM,
        ),
        Mistake(
            lambda seen, probability, flip, known: log_seen(
                torch.where(known, seen, 0.0), probability, flip, torch.ones_like(known)
            ),
            "A pixel that was not seen is not a pixel that was seen off: it adds nothing.",
        ),
    ),
)
