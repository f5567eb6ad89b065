"""Where codes lie, how dense, and what that says about draws."""

import torch

from ...question import (
    Case,
    ExpressionQuestion,
    FunctionQuestion,
    Mistake,
    SpotTheError,
    TextQuestion,
)

# -- Exercise 3: spot the error -------------------------------------------------------------------
SPOT = SpotTheError(
    id="ae.spot",
    title="Spot the error: moved codes",
    stars=1,
    minutes=10,
    statement="Which line is wrong, and what should the density be, in terms of p (the old "
    "density at z) and the factor s?",
    lines=(
        "Every picture is drawn as before.",
        "The reconstruction error is as before.",
        "The density of the codes at the new point is that at the old one, p",
        "The error cannot tell us where the codes are, nor how wide they lie.",
    ),
    wrong_line=3,
    symbols={"p": "positive", "s": "positive"},
    right_form="p / s^2",
    hints=(
        "Take a small square of the plane with some codes in it. How large is it afterwards?",
        "The same codes lie on $s \\cdot s$ times the ground.",
        "A density is codes per ground. Both sides of the square are stretched by $s$.",
    ),
    mistakes=(
        Mistake((1, "p / s^2"), "Line 1 holds: the new decoder first takes the move back."),
        Mistake((2, "p / s^2"), "Line 2 holds: the same pictures have the same error."),
        Mistake(
            (4, "p / s^2"), "Line 4, the conclusion, is right, though the line before it is not."
        ),
        Mistake((3, "p / s"), "That would be the answer on a line; the codes lie in a plane."),
        Mistake((3, "p * s^2"), "Spread out over more ground, the codes do not get denser."),
        Mistake((3, "p * s"), "A wider cloud is a thinner one."),
        Mistake((3, "p / (2*s)"), "Two sides grow by s each: the ground grows by the product."),
        Mistake((3, "p"), "This is what the line says already; how much ground do the codes get?"),
    ),
)


# -- Exercise 4: the same pictures from elsewhere -------------------------------------------------
def moved(encoder_weight, encoder_bias, decoder_weight, decoder_bias, matrix, shift):
    back = torch.linalg.inv(matrix)
    return (
        matrix @ encoder_weight,
        matrix @ encoder_bias + shift,
        decoder_weight @ back,
        decoder_bias - decoder_weight @ back @ shift,
    )


def layers(draw):
    for inputs, codes, outputs in ((2, 1, 3), (3, 2, 4), (5, 3, 4)):
        yield Case(
            (
                draw.normal(codes, inputs),
                draw.normal(codes),
                draw.normal(outputs, codes),
                draw.normal(outputs),
                draw.normal(codes, codes) / 4 + 2 * torch.eye(codes, dtype=torch.float64),
                draw.normal(codes),
            )
        )


def changed(**changes):
    """`moved`, with some of the four arrays replaced by what a student might write."""

    def answer(encoder_weight, encoder_bias, decoder_weight, decoder_bias, matrix, shift):
        args = encoder_weight, encoder_bias, decoder_weight, decoder_bias, matrix, shift
        names = ("encoder_weight", "encoder_bias", "decoder_weight", "decoder_bias")
        right = dict(zip(names, moved(*args), strict=True))
        return tuple(changes[name](*args) if name in changes else right[name] for name in names)

    return answer


MOVED = FunctionQuestion(
    id="ae.moved",
    title="The same pictures from elsewhere",
    stars=2,
    minutes=20,
    statement="Return the four arrays (the encoder's last layer, the decoder's first) with which "
    "every code z becomes matrix @ z + shift and every picture stays as it is. A layer is "
    "weight @ input + bias.",
    hints=(
        "What does the encoder's last layer give for an input $u$, and what should it give?",
        "$A(Wu + b) + c = (AW)u + (Ab + c)$. For the decoder, solve $z' = Az + c$ for $z$ and put "
        "it into its first layer.",
        "The decoder's first layer hears $V A^{-1}(z' - c) + d$: collect what stands before $z'$ "
        "and what does not depend on it.",
    ),
    reference=moved,
    cases=layers,
    returns=("encoder_weight", "encoder_bias", "decoder_weight", "decoder_bias"),
    mistakes=(
        Mistake(
            changed(encoder_bias=lambda ew, eb, dw, db, a, c: eb + c),
            "The encoder's old bias is a part of the code, too: it is stretched with it.",
        ),
        Mistake(
            changed(encoder_bias=lambda ew, eb, dw, db, a, c: a @ (eb + c)),
            "The shift comes after the matrix, so the matrix does not touch it.",
        ),
        Mistake(
            changed(
                decoder_weight=lambda ew, eb, dw, db, a, c: dw @ a.T,
                decoder_bias=lambda ew, eb, dw, db, a, c: db - dw @ a.T @ c,
            ),
            "The transpose takes back a turn; any other matrix needs its inverse.",
        ),
        Mistake(
            lambda ew, eb, dw, db, a, c: (ew, eb, dw, db),
            "Nothing has moved: these are the old layers.",
        ),
        Mistake(
            changed(
                decoder_weight=lambda ew, eb, dw, db, a, c: dw @ a,
                decoder_bias=lambda ew, eb, dw, db, a, c: db - dw @ a @ c,
            ),
            "The decoder must undo the move, and this makes it once more.",
        ),
        Mistake(
            changed(decoder_bias=lambda ew, eb, dw, db, a, c: db),
            "The decoder still looks for its codes in the old place: the shift is not undone.",
        ),
        Mistake(
            changed(decoder_bias=lambda ew, eb, dw, db, a, c: db - dw @ c),
            "The shift was made after the matrix, so it has to be undone before it.",
        ),
        Mistake(
            changed(decoder_bias=lambda ew, eb, dw, db, a, c: db + dw @ torch.linalg.inv(a) @ c),
            "The decoder adds the shift once more where it should take it away.",
        ),
    ),
)


# -- Exercise 5: a ball and a larger ball ---------------------------------------------------------
SHARE = ExpressionQuestion(
    id="ae.share",
    title="A ball and a larger ball",
    stars=2,
    minutes=10,
    statement="The codes of one kind fill a ball of radius r in K dimensions, those of another, "
    "as frequent, a ball of radius R elsewhere. Codes are drawn evenly from the ground of both. "
    "Which share of the draws is of the first kind?",
    symbols={"r": "positive", "R": "positive", "K": "count"},
    reference="r^K/(r^K + R^K)",
    hints=(
        "An even draw does not know how often a kind occurs. What does it know?",
        "Only how much ground each kind has: the volumes of the two balls.",
        "The volume of a ball in $K$ dimensions is a constant times the $K$-th power of its "
        "radius.",
    ),
    mistakes=(
        Mistake("1/2", "That is their share of the data; an even draw knows only the ground."),
        Mistake("r/(r + R)", "These are radii, and the ground is measured in volumes."),
        Mistake("r^2/(r^2 + R^2)", "This is right in a plane; asked for are K dimensions."),
        Mistake("R^K/(r^K + R^K)", "This is the share of the other kind."),
        Mistake("(r/(r + R))^K", "Volumes add up, radii do not: each has its own power."),
        Mistake("r^3/(r^3 + R^3)", "This is right in space; asked for are K dimensions."),
        Mistake("r^K", "This measures one ball; a share compares it with the ground of both."),
        Mistake("(r/R)^K", "This compares the two kinds; a share compares one with both."),
    ),
)


# -- Exercise 6: ten Gaussians --------------------------------------------------------------------
# Kept and not judged: the shares of ghosts move with the seed; the reasoning is asked for.
REPAIR = TextQuestion(
    id="ae.repair",
    title="Ten Gaussians",
    stars=3,
    minutes=40,
    statement="What do ten Gaussians repair, and what not? And what is wrong with a way to draw "
    "that gives no ghosts at all? Three or four sentences with your numbers.",
    hints=(
        "Which of the three reasons has to do with the shape of one Gaussian?",
        "`model.encode(x)[y == kind]` are the codes of one kind. Fit and draw as `gaussian` does, "
        "the same number from each kind, and count the `ghosts`.",
        "Not to draw ghosts is easy for whoever only repeats what it has seen: look at what a "
        "count of ghosts does not count.",
    ),
    reference="Ten Gaussians draw fewer ghosts than one: about 15 % for 29 % in the plane, about "
    "22 % for 49 % with four numbers, about 23 % for 70 % with eight. Each kind gets a tenth of "
    "the draws, so the uneven ground does no harm, and the holes between kinds are avoided. But "
    "it takes labels, a kind is not an ellipse either, and the network was not trained for these "
    "codes. Training codes moved by next to nothing give no ghosts, and nothing new: the count "
    "says whether a draw is like something that was seen, and not whether there are others.",
)

QUESTIONS = (SPOT, MOVED, SHARE, REPAIR)
