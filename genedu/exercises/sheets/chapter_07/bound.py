"""The two terms of the bound, and what it misses."""

import torch

from ...messages import DOUBLE, SIGN
from ...question import Case, ExpressionQuestion, FunctionQuestion, Mistake


# -- Warm-up: what each latent pays ---------------------------------------------------------------
def codes(draw):
    yield Case((torch.tensor([[1.0]]).double(), torch.tensor([[0.5]]).double()))
    for batch, latents in ((2, 3), (5, 2)):
        yield Case((draw.normal(batch, latents), draw.normal(batch, latents)))


def price(mean, log_var):
    return -0.5 * (1 + log_var - mean**2 - log_var.exp())


PRICE = FunctionQuestion(
    id="vae.price",
    title="What each latent pays",
    stars=1,
    minutes=5,
    statement="Return KL(N(μ_j, σ_j²) ‖ N(0, 1)) for each latent, (batch, K), from mean and "
    "log_var = log σ², both (batch, K).",
    hints=(
        "The chapter's formula is a sum over the latents. What is one of its terms?",
        r"$-\frac12(1 + \ell_j - \mu_j^2 - e^{\ell_j})$, with $\ell_j = \log \sigma_j^2$.",
        "`log_var` is $\\ell$ itself, and the variance is `log_var.exp()`. No sum.",
    ),
    equation="gaussian-kl",
    reference=price,
    cases=codes,
    gradients=("mean", "log_var"),
    mistakes=(
        Mistake(lambda mean, log_var: -price(mean, log_var), SIGN),
        Mistake(lambda mean, log_var: 2 * price(mean, log_var), DOUBLE),
        Mistake(
            lambda mean, log_var: price(mean, log_var).sum(1),
            "The latents have been summed, too: each one has a price of its own.",
        ),
        Mistake(
            lambda mean, log_var: -0.5 * (1 + log_var.log() - mean**2 - log_var),
            "`log_var` is taken for the variance; it is the logarithm of the variance.",
        ),
        Mistake(
            lambda mean, log_var: -0.5 * (1 + log_var - mean**2 - (2 * log_var).exp()),
            "`log_var` is log σ², not log σ: its exponential is the variance already.",
        ),
        Mistake(
            lambda mean, log_var: -0.5 * (1 + log_var - mean - log_var.exp()),
            "The mean enters with its square: a code at −1 is as far from 0 as one at 1.",
        ),
        Mistake(
            lambda mean, log_var: -0.5 * (1 + 2 * log_var - mean**2 - (2 * log_var).exp()),
            "Here exp(log_var) is taken for σ; it is σ², and σ is exp(log_var / 2).",
        ),
        Mistake(
            lambda mean, log_var: -0.5 * (1 - log_var - mean**2 - log_var.exp()),
            "The sign of log σ² itself is wrong: a narrower q must cost more, not less.",
        ),
        Mistake(
            lambda mean, log_var: 0.5 * (log_var + (1 + mean**2) / log_var.exp() - 1),
            "This is KL(N(0, 1) ‖ q), the other way round: the average is taken under q.",
        ),
        Mistake(
            lambda mean, log_var: -0.5 * (1 + log_var - mean**2),
            "Without the variance itself nothing would keep σ from growing.",
        ),
    ),
)


# -- Exercise 2: the gap as a formula -------------------------------------------------------------
GAP = ExpressionQuestion(
    id="vae.gap",
    title="What the bound misses",
    stars=2,
    minutes=10,
    statement="log p(x) − ELBO for one latent, where the posterior is N(a, b) and q is N(m, v); b "
    "and v are variances.",
    symbols={"a": "real", "b": "positive", "m": "real", "v": "positive"},
    reference="(log(b/v) - 1 + v/b + (m - a)^2/b)/2",
    hints=(
        "The exact form of the bound has a third term. Which one?",
        r"It is $\mathrm{KL}(q \,\Vert\, p(z \mid x))$, between two Gaussians in one dimension.",
        r"$\mathrm{KL}(\mathcal{N}_0 \Vert \mathcal{N}_1)$ of Chapter 2 with $q$ first: "
        r"$\Sigma_0 = v$, $\Sigma_1 = b$.",
    ),
    equation="gaussian-kl",
    mistakes=(
        Mistake(
            "(log(v/b) - 1 + b/v + (m - a)^2/v)/2",
            "This is KL(p(z|x) ‖ q), the other way round: the average is taken under q.",
        ),
        Mistake(
            "(-log(v) - 1 + v + m^2)/2",
            "This is the divergence from the prior: the price, not what the bound misses.",
        ),
        Mistake(
            "(log(b/v) + v/b + (m - a)^2/b)/2",
            "At q = p(z|x) the gap must be 0, and this is not.",
        ),
        Mistake(
            "log(b/v) - 1 + v/b + (m - a)^2/b",
            "It is twice what it should be.",
        ),
        Mistake(
            "(log(b^2/v^2) - 1 + v^2/b^2 + (m - a)^2/b^2)/2",
            "Here b and v are read as standard deviations; they are variances.",
        ),
        Mistake(
            "(log(v/b) - 1 + v/b + (m - a)^2/b)/2",
            "The logarithm is upside down: as v goes to 0, the gap must grow, not fall.",
        ),
        Mistake(
            "(log(b/v) - 1 + v/b + (m - a)^2/v)/2",
            "The distance of the means counts in widths of the posterior, not of q.",
        ),
        Mistake("((m - a)^2/b)/2", "This is right for v = b only; a width can be wrong as well."),
    ),
)


# -- Exercise 4: the decoder's own noise ----------------------------------------------------------
def pictures(draw):
    for batch, pixels in ((1, 2), (3, 4), (6, 5)):
        yield Case((draw.normal(batch, pixels), draw.normal(batch, pixels)))
    small = 1e-3 * draw.normal(4, 3)
    yield Case((small, torch.zeros(4, 3).double()))


def best_log_var(x, mean):
    return (x - mean).square().mean().log()


NOISE = FunctionQuestion(
    id="vae.noise",
    title="How noisy is a Gaussian decoder?",
    stars=2,
    minutes=15,
    statement="Return the one log σ² for all pixels that makes Σ log N(x; mean, σ²) largest, for "
    "x and mean (batch, D).",
    hints=(
        r"Write the sum over all $n$ pixels of the batch. Which terms contain $\sigma^2$?",
        r"$-\frac12\sum (x_i - m_i)^2/\sigma^2 - \frac{n}{2}\log\sigma^2$. Differentiate by "
        r"$\log\sigma^2$.",
        "The best σ² is the mean squared error of a pixel; its logarithm is asked for.",
    ),
    equation="gaussian-kl",
    reference=best_log_var,
    cases=pictures,
    mistakes=(
        Mistake(
            lambda x, mean: (x - mean).square().mean(),
            "This is σ² itself; the parameter of the decoder is its logarithm.",
        ),
        Mistake(
            lambda x, mean: (x - mean).square().mean().sqrt().log(),
            "This is log σ, half of log σ².",
        ),
        Mistake(
            lambda x, mean: (x - mean).square().sum(1).mean().log(),
            "The squared errors of a whole picture are summed; σ² is the noise of one pixel.",
        ),
        Mistake(
            lambda x, mean: (x - mean).square().sum().log(),
            "All squared errors are summed; divide by the number of pixels in the batch.",
        ),
        Mistake(
            lambda x, mean: (x - mean).var().log(),
            "This is the spread of the errors around their own mean; a decoder that is off by the "
            "same amount everywhere misses something, too.",
        ),
        Mistake(
            lambda x, mean: (x - mean).abs().mean().log(),
            "Absolute errors belong to a Laplace decoder; a Gaussian has squares.",
        ),
        Mistake(
            lambda x, mean: x.var(correction=0).log(),
            "This is the spread of the pixels themselves; only what the decoder misses is noise.",
        ),
    ),
)


# -- Exercise 4, continued: what a smaller error earns --------------------------------------------
RATE = ExpressionQuestion(
    id="vae.rate",
    title="Nats for squared errors",
    stars=2,
    minutes=10,
    statement="The mean squared error of a pixel falls from a to b, and the one σ² of the decoder "
    "has its best value before and after. How many nats of log-likelihood does each pixel gain?",
    symbols={"a": "positive", "b": "positive"},
    reference="log(a/b)/2",
    hints=(
        r"Put the best $\sigma^2$ back into the log-likelihood. What becomes of the squares?",
        r"A pixel has $-\frac{1}{2\sigma^2} a - \frac12\log 2\pi\sigma^2$ on average, with "
        r"$\sigma^2 = a$.",
        r"The exchange rate $1/2\sigma^2$ is $1/2a$: it doubles whenever the error halves, so the "
        r"squares cost $\frac12$ nat a pixel always. What is gained is gained in $-\frac12\log "
        r"\sigma^2$.",
    ),
    equation="gaussian-kl",
    mistakes=(
        Mistake("(a - b)/(2*a)", "That is the gain at the exchange rate of the start; it grows."),
        Mistake(
            "(a - b)/(2*b)", "That is the gain at the exchange rate of the end; it has grown."
        ),
        Mistake("(a - b)/2", "That is the gain for σ² = 1; here σ² follows the error."),
        Mistake("log(a/b)", "The logarithm of σ² has a ½ before it."),
        Mistake("log(b/a)/2", "As the error falls, log-likelihood is gained, not lost."),
        Mistake("log(a/b)/4", "a and b are mean squares already, and so variances."),
        Mistake("0", "The squares alone cost the same before and after; there is another term."),
        Mistake("a/b", "This says how much the exchange rate grows; what is it worth in nats?"),
        Mistake("1/(2*b) - 1/(2*a)", "This is the change of the exchange rate, not of the nats."),
    ),
)
