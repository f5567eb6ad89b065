"""Which latents live."""

import torch

from ....models.vae_exact import linear_divergences
from ...question import Case, FunctionQuestion, Mistake, TextQuestion


# -- Exercise 3: who lives? -----------------------------------------------------------------------
def spectra(draw):
    yield Case((torch.tensor([1.3, 4.0]).double(), 1.5, 1.0))
    for num, noise, beta in ((4, 0.4, 1.0), (8, 0.3, 2.5), (6, 0.2, 4.0)):
        yield Case((draw.between(0.05, 6, num), noise, beta))


def alive(eigenvalues, noise, beta):
    divergences = linear_divergences(eigenvalues, noise, beta)
    return int((divergences > 0).sum()), divergences.sum().item()


def counted(threshold, total):
    """A wrong answer: what lies above a threshold, and a sum over it."""

    def answer(eigenvalues, noise, beta):
        over = eigenvalues[eigenvalues > threshold(noise, beta)]
        return len(over), total(over, noise, beta)

    return answer


def half_log(over, noise, beta):
    return 0.5 * (over / (beta * noise)).log().sum()


ALIVE = FunctionQuestion(
    id="vae.alive",
    title="Who lives?",
    stars=1,
    minutes=10,
    statement="Return how many latents of the best linear VAE are alive, and the nats that they "
    "pay together, for the eigenvalues of the data's covariance (in any order), the fixed noise "
    "σ² and β.",
    hints=(
        "What does a latent pay, and when does it pay nothing?",
        r"$\max(0, \frac12 \log \lambda_j / (\beta\sigma^2))$: both answers come from it.",
        "`clamp(min=0)` makes the dead ones 0; count what is above 0, then sum.",
    ),
    equation="vae-collapse",
    reference=alive,
    returns=("the number of latents alive", "the nats they pay"),
    cases=spectra,
    mistakes=(
        Mistake(
            counted(lambda noise, beta: noise, lambda o, noise, beta: half_log(o, noise, 1.0)),
            "β is missing: a latent must earn β times its price.",
        ),
        Mistake(
            counted(
                lambda noise, beta: beta * noise,
                lambda o, noise, beta: 2 * half_log(o, noise, beta),
            ),
            "The number is right; the ½ of the price is missing.",
        ),
        Mistake(
            counted(lambda noise, beta: beta * noise**0.5, half_log),
            "Eigenvalues are variances; compare them with the variance of the noise.",
        ),
        Mistake(
            lambda eigenvalues, noise, beta: (
                (eigenvalues > beta * noise).sum(),
                half_log(eigenvalues, noise, beta),
            ),
            "The number is right; the dead ones pay nothing, not less than nothing.",
        ),
        Mistake(
            lambda eigenvalues, noise, beta: alive(eigenvalues, noise, beta)[::-1],
            "The two have changed places: first how many live, then the nats.",
        ),
        Mistake(
            counted(
                lambda noise, beta: beta * noise,
                lambda o, noise, beta: beta * half_log(o, noise, beta),
            ),
            "The number is right; these are the nats times β, as in the loss. Asked are the nats.",
        ),
        Mistake(
            lambda eigenvalues, noise, beta: (
                len(eigenvalues),
                half_log(eigenvalues + beta * noise, noise, beta),
            ),
            "No 1 + λ/βσ² here: λ is the variance of the data, and the noise is in it already.",
        ),
        Mistake(
            lambda eigenvalues, noise, beta: alive(eigenvalues, noise, 1 / beta),
            "β is on the wrong side: a higher price must kill latents, not raise them.",
        ),
    ),
)


# -- Exercise 6: the dead -------------------------------------------------------------------------
# Kept and not judged: how far a model comes back depends on the seed and on the number of steps.
REVIVED = TextQuestion(
    id="vae.revived",
    title="Do the dead come back?",
    stars=3,
    minutes=30,
    statement="Train with β = 40 until all latents are dead, then go on with β = 1. What happens "
    "to the price, and where does the model stand beside one that began with β = 1? Write two or "
    "three sentences with your numbers.",
    hints=(
        "What does the gradient of the price say to a latent at μ = 0, σ = 1? And that of the "
        "pixels?",
        "`model.beta = 1.0` changes the weight of a model that is already trained; `fit` goes on "
        "from where it is.",
        "Give both models the same number of steps at β = 1 and compare their bounds on unseen "
        "digits.",
    ),
    reference="At μ = 0, σ = 1 the gradient of the price is zero, but that of the pixels is not: "
    "the decoder's weights on the latents are not exactly zero. So the dead come back. With two "
    "seeds all twenty were alive after 250 updates, at a price of 19 nats; after 500 the bound "
    "was −115.6 and −115.5, against −118.8 and −118.9 for models that began with β = 1 and had "
    "500 updates in all. Their decoders had learned where ink is likely in the meantime. With a "
    "decoder that can do without z there would be less to pull the latents back.",
)
