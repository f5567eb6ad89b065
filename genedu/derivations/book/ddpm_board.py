"""What the three derivations of the diffusion model write on the board first.

One component of a vector: the noise comes to every component by itself, with the same numbers.
``α_t`` and ``ᾱ_{t-1}`` run through all squares of numbers between 0 and 1, so that the prover
knows the signs of ``1 - α_t`` and ``1 - ᾱ_{t-1}`` and the roots of ``α_t`` and ``ᾱ_{t-1}``.
"""

from sympy import Symbol, sqrt

from ..functions import Normal
from ..nodes import Named, Tensor, board, indices
from ..provers import Setting

x0 = Symbol("x_{0}", real=True)
before = Symbol("x_{t-1}", real=True)
xt = Symbol("x_{t}", real=True)
alpha = Symbol(r"\alpha_{t}", positive=True)
bar_before = Symbol(r"\bar{\alpha}_{t-1}", positive=True)

i, D = indices("i D")
X0, XT, NOISE = Tensor("x_0", D), Tensor("x_t", D), Tensor(r"\epsilon", D)


def between_0_and_1(name: str):
    """``1/(1+k)²``: every number between 0 and 1, with a root that is plain to see."""
    return 1 / (1 + Symbol(name, positive=True)) ** 2


GIVEN = {alpha: between_0_and_1("k"), bar_before: between_0_and_1("l")}
SETTING = Setting(given=GIVEN)
VECTORS = Setting(sizes={D: 2}, given=GIVEN)

with board():
    beta = Named(r"\beta_{t}", 1 - alpha)
    bar = Named(r"\bar{\alpha}_{t}", alpha * bar_before)
    one_step = Named(r"q(x_{t} \mid x_{t-1})", Normal(xt, sqrt(alpha) * before, beta))
    so_far = Named(r"q(x_{t-1} \mid x_{0})", Normal(before, sqrt(bar_before) * x0, 1 - bar_before))
    jump = Normal(xt, sqrt(bar) * x0, 1 - bar)
    spread = Named(r"\tilde{\beta}_{t}", beta * (1 - bar_before) / (1 - bar))


def posterior_mean(clean=x0, noisy=xt):
    """``μ̃_t`` of a clean and a noisy value."""
    with board():
        of_clean = sqrt(bar_before) * beta / (1 - bar) * clean
        of_noisy = sqrt(alpha) * (1 - bar_before) / (1 - bar) * noisy
        return of_clean + of_noisy
