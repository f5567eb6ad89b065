"""How probable: two draws, the most likely place, and where a chain ends."""

from ...messages import DOUBLE, SIGN
from ...question import ExpressionQuestion, Mistake, SpotTheError, TextQuestion

# -- Exercise 1: spot the error -------------------------------------------------------------------
SPOT = SpotTheError(
    id="use.spot",
    title="Spot the error: two draws",
    stars=1,
    minutes=10,
    statement="Which line is wrong, and what should stand in it? Two draws of the encoder have "
    "the weights u and v.",
    lines=(
        "w(z) = p(x|z) p(z) / q(z|x)",
        "log p(x) = log E_q[w(z)]",
        "IW-2 = ½ log u + ½ log v",
        "E[IW-2] ≤ log p(x)",
    ),
    wrong_line=3,
    symbols={"u": "positive", "v": "positive"},
    right_form="log((u + v)/2)",
    hints=(
        "What is averaged in the second line, weights or logarithms?",
        "With the third line as it stands: what would 500 draws give that one does not?",
        "First the mean of the weights, then the logarithm.",
    ),
    equation="vae-elbo",
    mistakes=(
        Mistake((1, "log((u + v)/2)"), "Line 1 is the definition of the weight, and it is right."),
        Mistake((2, "log((u + v)/2)"), "Line 2 is exact: the mean weight is p(x), for every q."),
        Mistake(
            (4, "log((u + v)/2)"),
            "Line 4 holds, by Jensen's inequality; it holds even for what line 3 says.",
        ),
        Mistake((3, "log(u + v)"), "The ½ of the mean is missing: this is log 2 too high."),
        Mistake((3, "log(u + v)/2"), "The ½ belongs inside, to the sum of the weights."),
        Mistake((3, "(u + v)/2"), "This estimates p(x); its logarithm is asked for."),
        Mistake(
            (3, "log(u*v)/2"), "This is the same line, written in another way: the geometric mean."
        ),
    ),
)


# -- Exercise 3: the most likely place ------------------------------------------------------------
MIDDLE = ExpressionQuestion(
    id="use.middle",
    title="The most likely place",
    stars=2,
    minutes=15,
    statement="log p(0) − E[log p(z)] for z ~ N(0, I) in K dimensions, nats.",
    symbols={"K": "count"},
    reference="K/2",
    hints=(
        r"Write $\log p(z)$ for a Gaussian. Which of its terms does not depend on $z$?",
        r"Only $-\frac12 \lVert z \rVert^2$ is left. What is its mean?",
        r"$\mathbb{E}[z_j^2] = 1$ for each of the $K$ dimensions.",
    ),
    mistakes=(
        Mistake("K", DOUBLE + " Look at the ½ in the exponent."),
        Mistake("-K/2", SIGN),
        Mistake("5", "This is right for K = 10; a formula in K is asked for."),
        Mistake("1/2", "This is one dimension; there are K of them."),
        Mistake(
            "K*log(2*pi)/2",
            "This is the constant of the density, which drops out of the difference.",
        ),
        Mistake(
            "K*(1 + log(2*pi))/2",
            "This is the entropy, −E[log p]; log p(0) still has to be added.",
        ),
        Mistake("sqrt(K)", "This is how far away a draw is, not how many nats it costs."),
    ),
)


# -- Exercise 5: other ends -----------------------------------------------------------------------
# Kept and not judged: the ends differ from seed to seed, and so do their number and their classes.
ENDS = TextQuestion(
    id="use.ends",
    title="Other ends",
    stars=3,
    minutes=30,
    statement="Where do the chains of another seed and of the two-latent model end? Do the same "
    "digits end together, and what would have to change in the training so that a chain came "
    "home? Write two or three sentences with your numbers.",
    hints=(
        "What do the two networks see in training, and what do they see in a chain?",
        "`recipe.build` and `recipes.train` make models with the same methods; put the lines that "
        "count the ends into a function of the model.",
        "A fixed point of the round trip is nothing that the bound asks for. What would a term "
        "look like that asks for it?",
    ),
    reference="Seeds 0, 1 and 2 have 92, 99 and 73 ends for 300 digits. Two digits that end "
    "together in one model do so in another in about one case of ten, hardly more than chance: "
    "the ends belong to the errors of two networks, not to the digits. The two-latent model has "
    "only three or so. The networks never see their own drawings in training. One could train on "
    "them: let the encoder see spoiled digits or drawings and ask for the picture of the digit "
    "that they came from, as a denoising autoencoder does.",
)
