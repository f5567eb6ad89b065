"""The row of the alpha-divergences (Amari 1985) for ``f-gan-powers``."""

from ..nodes import Named
from ..provers import Setting
from .f_gan_board import alpha, k, r, s, t, u
from .f_gan_rows import at_end, at_start, best, end, slope

__all__ = ["alphas"]


def alphas():
    """One row; the three ranges of alpha have three domains."""
    b = Named("b", 1 + (alpha - 1) * t)
    f = (u**alpha - 1 - alpha * (u - 1)) / (alpha * (alpha - 1))
    rate, value = (u ** (alpha - 1) - 1) / (alpha - 1), (b ** (alpha / (alpha - 1)) - 1) / alpha
    at, power = b ** (1 / (alpha - 1)), b ** (alpha / (alpha - 1))
    between, above, below = {alpha: 1 / (1 + k)}, {alpha: 1 + k}, {alpha: -k}
    why = (
        r"The slope of the bracket is 0 where $u^{\alpha-1} = 1 + (\alpha-1) t = b$, and it "
        r"falls, because $f''(u) = u^{\alpha-2}$ is positive."
    )
    lines = (
        (
            at * t - (power - 1 - alpha * (at - 1)) / (alpha * (alpha - 1)),
            r"Put it in: $u^\alpha = b^{\alpha/(\alpha-1)}$.",
        ),
        (
            at * (t + 1 / (alpha - 1)) - power / (alpha * (alpha - 1)) - 1 / alpha,
            r"Collect what stands with $u$, and the constants.",
        ),
        (
            power / (alpha - 1) - power / (alpha * (alpha - 1)) - 1 / alpha,
            r"$t + 1/(\alpha-1) = b/(\alpha-1)$, and $b \cdot b^{1/(\alpha-1)} = "
            r"b^{\alpha/(\alpha-1)}$.",
        ),
        (value, "The two fractions together."),
    )
    short = ((value, r"The same lines as before. Here $1 + (\alpha-1) t$ must be positive."),)

    def given(case):
        return {**case, t: rate.xreplace({u: r})}

    return (
        slope("Alpha", f, rate, r"$\alpha$ cancels. It is 0 at $u = 1$ for every $\alpha$."),
        *(
            end(
                f"Alpha, {where}",
                rate,
                1 / (1 - alpha),
                rf"The power of $u$ is negative: it tends to 0. So $t {sign} 1/(1-\alpha)$.",
                Setting(given=case),
            )
            for where, sign, case in (
                (r"$0 < \alpha < 1$", "<", between),
                (r"$\alpha < 0$", r"\leq", below),
            )
        ),
        best(r"Alpha, $0 < \alpha < 1$", f, at, why, lines, given(between)),
        best(r"Alpha, $\alpha > 1$", f, at, why, short, given(above)),
        at_start(
            r"Alpha, $\alpha > 1$",
            f,
            -1 / alpha,
            r"t < -1/(\alpha-1)",
            {**above, t: -1 / (alpha - 1) - s},
        ),
        best(r"Alpha, $\alpha < 0$", f, at, why, short, given(below)),
        *at_end(
            r"Alpha, $\alpha < 0$",
            f,
            1 / (1 - alpha),
            -(u**alpha) / (alpha * (alpha - 1)) - 1 / alpha,
            -1 / alpha,
            r"It grows, for $u^\alpha$ falls to 0. The formula says the same, so "
            r"$t = 1/(1-\alpha)$ belongs to the domain.",
            Setting(given=below),
        ),
    )
