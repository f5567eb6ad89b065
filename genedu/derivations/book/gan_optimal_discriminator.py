"""``gan-optimal-discriminator``: the best one for two densities (Goodfellow et al. 2014).

The value of the game is an integral, and the discriminator is free at each point ``x``. So the
question is about one number ``y = D(x)``: where is ``a log y + b log(1-y)`` largest?
"""

from sympy import Integer, Symbol, log

from ..calculus import Diff, LogGap
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Func
from ..gaps import Gap
from ..implementations import Grid, Implementation
from ..integrals import Expectation, Integral
from ..nodes import Named, board
from ..provers import Setting

a, b = Symbol("a", positive=True), Symbol("b", positive=True)
y, x = Symbol("y", real=True), Symbol("x", real=True)
DATA, MODEL = Func("p_d", x, kind="density"), Func("p_g", x, kind="density")
D = Func("D", x, kind="unit")
odds = Symbol("k", positive=True)
INSIDE = Setting(domains={y: (0, 1)})
SPLIT = Setting(given={y: 1 / (1 + odds)})  # every y in (0, 1)


def slope(h, best) -> Chain:
    """The first derivative: one zero, and its sign on both sides."""
    steps = (
        Step(Diff(h, y), r"The slope of $h(y) = a \log y + b \log(1-y)$, for $a, b > 0$."),
        Step(
            a / y - b / (1 - y),
            r"The logarithm has the slope $1/y$; the inner derivative of $1-y$ is $-1$.",
        ),
        Step((a * (1 - y) - b * y) / (y * (1 - y)), "One fraction."),
        Step((a - (a + b) * y) / (y * (1 - y)), r"Collect what multiplies $y$."),
        Step(
            (a + b) * (best - y) / (y * (1 - y)),
            r"Bring out $a + b$. Between 0 and 1 the slope is 0 only at $y^*$; it is positive "
            r"before and negative behind.",
        ),
    )
    claim = Claim(
        Diff(a * log(y) + b * log(1 - y), y), "=", (a + b) * (a / (a + b) - y) / (y * (1 - y))
    )
    return Chain("Where the slope is zero", claim, steps, INSIDE)


def curvature(h) -> Chain:
    """The second derivative is negative."""
    bend = a / y**2 + b / (1 - y) ** 2
    steps = (
        Step(Diff(h, y, 2), "The second derivative of the same function."),
        Step(Diff(a / y - b / (1 - y), y), "Differentiate the slope once more."),
        Step(-a / y**2 - b / (1 - y) ** 2, r"$1/y$ has the slope $-1/y^2$."),
        Step(
            Integer(0),
            r"Both terms are negative, because $a$ and $b$ are positive: $h$ is strictly "
            r"concave, so it has no other maximum.",
            "<",
            gap=Gap(bend),
        ),
    )
    claim = Claim(Diff(a * log(y) + b * log(1 - y), y, 2), "<", Integer(0))
    return Chain("The function is concave", claim, steps, INSIDE)


def maximum(h, best) -> Chain:
    """What any other value loses, exactly."""
    r, s = Named("r", y / best), Named("s", (1 - y) / (1 - best))
    top = a * log(best) + b * log(1 - best)
    loss = a * LogGap(r) + b * LogGap(s)
    steps = (
        Step(h, r"Any value $y$ between 0 and 1."),
        Step(
            a * log(best * r) + b * log((1 - best) * s),
            r"Compare it with $y^*$: let $r$ and $s$ be the two ratios.",
        ),
        Step(top + (a * log(r) + b * log(s)), "The logarithm of a product."),
        Step(
            top + (a * (r - 1) + b * (s - 1)) - loss,
            r"Write $\log r = (r - 1) - (r - 1 - \log r)$, and the same for $s$.",
        ),
        Step(
            top + ((a + b) * (y - best) + (a + b) * (best - y)) - loss,
            r"$a / y^* = a + b$ and $b / (1 - y^*) = a + b$.",
        ),
        Step(top - loss, "The two terms of the bracket cancel."),
        Step(
            top,
            r"$r - 1 - \log r \geq 0$ for every $r > 0$, and it is 0 only at $r = 1$: equality "
            r"only at $y = y^*$.",
            "≤",
            gap=Gap(loss, {odds: b / a}),
        ),
    )
    about = "The only maximum, and what is lost elsewhere"
    claim = Claim(a * log(y) + b * log(1 - y), "≤", a * log(a / (a + b)) + b * log(b / (a + b)))
    return Chain(about, claim, steps, SPLIT)


def boundary(claim: Claim, weight, value, gone: str, of_gone: str, end: str) -> Chain:
    """One of the two weights is 0."""
    steps = (
        Step(
            weight * log(value),
            rf"With ${gone} = 0$ the term ${gone} \log {of_gone}$ is 0 for every $y$; at the end, "
            r"where the logarithm is infinite, this is the convention $0 \log 0 = 0$.",
        ),
        Step(-weight * log(1 / value), r"$\log t = -\log(1/t)$."),
        Step(
            Integer(0),
            rf"$1/t > 1$ for $t < 1$, so its logarithm is positive. The value 0 is reached only "
            rf"at the end $y = {end}$: again this is $y^*$.",
            "<",
            gap=Gap(weight * log(1 / value)),
        ),
    )
    about = rf"The boundary case ${gone} = 0$"
    return Chain(about, claim, steps, SPLIT)


def remainder(best) -> Chain:
    """What the best discriminator leaves to 1."""
    total = DATA + MODEL
    steps = (
        Step(1 - best, "The probability that it gives to the other side."),
        Step(total / total - DATA / total, r"Write 1 as a fraction."),
        Step(MODEL / total, r"$p_d$ cancels."),
    )
    about = "The same from the generator's side"
    claim = Claim(1 - DATA / (DATA + MODEL), "=", MODEL / (DATA + MODEL))
    return Chain(about, claim, steps)


def functional(best) -> Chain:
    """The same maximum under the integral."""
    rest = MODEL / (DATA + MODEL)
    named = Named(r"\left(1-D^*(x)\right)", rest)
    loss = Integral(DATA * LogGap(D / best) + MODEL * LogGap((1 - D) / named), x)
    steps = (
        Step(
            Expectation(log(D), DATA, x) + Expectation(log(1 - D), MODEL, x),
            r"The value $V(D, G)$ of the game, for any $D$ with values in $(0, 1)$.",
        ),
        Step(
            Integral(DATA * log(D) + MODEL * log(1 - D), x),
            r"Both expectations are integrals over the same $x$.",
        ),
        Step(
            Integral(DATA * log(best) + MODEL * log(rest), x),
            r"At each $x$ this is $a \log y + b \log(1-y)$ with $a = p_d(x)$, $b = p_g(x)$, "
            r"$y = D(x)$. Put in the best $y$; equality only for $D = D^*$.",
            "≤",
            gap=Gap(loss, {D: best}),
        ),
        Step(
            Expectation(log(DATA / (DATA + MODEL)), DATA, x) + Expectation(log(rest), MODEL, x),
            r"That is $V(D^*, G)$: no discriminator has more.",
        ),
    )
    claim = Claim(
        Expectation(log(D), DATA, x) + Expectation(log(1 - D), MODEL, x),
        "≤",
        Expectation(log(DATA / (DATA + MODEL)), DATA, x)
        + Expectation(log(MODEL / (DATA + MODEL)), MODEL, x),
    )
    return Chain("The best discriminator", claim, steps)


def derivation() -> Derivation:
    with board():
        h = a * log(y) + b * log(1 - y)
        best = Named("y^*", a / (a + b))
        at_x = Named("D^*(x)", DATA / (DATA + MODEL))
        chains = (
            slope(h, best),
            curvature(h),
            maximum(h, best),
            boundary(Claim(a * log(y), "<", Integer(0)), a, y, "b", "(1-y)", "1"),
            boundary(Claim(b * log(1 - y), "<", Integer(0)), b, 1 - y, "a", "y", "0"),
            remainder(at_x),
            functional(at_x),
        )
        return Derivation(
            id="gan-optimal-discriminator",
            title="The optimal discriminator",
            statement=r"For a fixed generator no discriminator does better than "
            r"$D^*(x) = p_d(x) / (p_d(x) + p_g(x))$.",
            chains=chains,
            assumptions=(
                r"$D$ may be any function with values in $(0, 1)$; a network is not any function.",
                r"$p_d(x)$ and $p_g(x)$ are positive. Where one of them is 0 the boundary cases "
                r"hold; where both are 0, $D^*(x)$ is not defined and does not matter.",
                r"All integrals exist. $x$ is written with one component; a vector changes no "
                "line.",
            ),
            implementations=(
                Implementation(
                    "genedu.divergences.optimal_discriminator",
                    arguments=(Grid(DATA, x), Grid(MODEL, x)),
                    equals=(at_x,),
                    on=x,
                ),
            ),
            slips=(
                Slip(
                    7,
                    -a / y**2 + b / (1 - y) ** 2,
                    r"$(a, b) \in \mathbb{R}^2$, so also $b < 0$, which turns the sign of the "
                    "second term.",
                    r"The curvature then changes its sign, and there is no maximum: "
                    r"$\log y - \log(1-y)$ grows without bound towards $y = 1$. The weights are "
                    r"densities, and must not be negative.",
                ),
                Slip(
                    15,
                    best,
                    r"The maximum is $\frac{a}{a+b}$.",
                    r"This is the place of the maximum, $y^*$, not its value $h(y^*)$.",
                ),
                Slip(
                    24,
                    DATA / (DATA + MODEL),
                    r"$D^*(x) = p_g(x) / (p_d(x) + p_g(x))$, so $1 - D^* = p_d / (p_d + p_g)$.",
                    "The densities have changed places: this discriminator calls the data false.",
                ),
            ),
        )
