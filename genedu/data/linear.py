"""Linear data with known answers: clouds for principal components, mixtures for independent ones.

Everything is drawn on the generator's device, by default the CPU.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ..errors import InputError, require_choice, require_int, require_number

__all__ = ["SOURCES", "gaussian_cloud", "mixed_sources"]

# Each kind of source as a function of a uniform number in (0, 1) and a standard normal one; each
# has mean 0 and variance 1.
SOURCES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "bumps": lambda u, noise: 0.75**0.5 * (2 * u.round() - 1) + 0.5 * noise,
    "uniform": lambda u, noise: 12**0.5 * (u - 0.5),
    "exponential": lambda u, noise: -u.log() - 1,
    "laplace": lambda u, noise: (0.5 - u).sign() * (1 - 2 * (u - 0.5).abs()).log() / 2**0.5,
}


def gaussian_cloud(
    variances: Sequence[float], num: int = 4000, *, generator: torch.Generator | None = None
) -> Tensor:
    """Return Gaussian points ``(num, D)``, turned at random, with exactly these variances.

    ``variances`` are the ``D`` eigenvalues of the points' own covariance (dividing by ``num``),
    and their mean is 0: to rounding, not only on average. Raises InputError unless there are more
    points than variances and all variances are at least 0.

    >>> x = gaussian_cloud([4.0, 1.0], 100, generator=torch.Generator().manual_seed(0))
    >>> torch.linalg.eigvalsh(x.T @ x / 100)
    tensor([1.0000, 4.0000])
    """
    for variance in variances:
        require_number("variances", variance, minimum=0)
    dim = len(variances)
    require_int("num", num, minimum=dim + 1)
    options = _options(generator)
    x = torch.randn(num, dim, **options)
    # the columns of Q are orthonormal and centred: their covariance is I / num
    x = torch.linalg.qr(x - x.mean(0)).Q * num**0.5
    turn = torch.linalg.qr(torch.randn(dim, dim, **options)).Q
    return x * torch.tensor(variances, device=x.device).sqrt() @ turn.T


def mixed_sources(
    kind: str, num: int = 10_000, *, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """Return white mixtures of two independent sources, and the directions they were mixed along.

    The points ``x`` ``(num, 2)`` are ``R y``: the two columns of ``y`` are independent draws of
    one ``kind`` of `SOURCES`, the rotation ``R`` ``(2, 2)`` has the true directions in its
    columns. At last ``x`` is whitened by its own covariance, which turns it by next to nothing.
    That is the task of independent component analysis (Hyvärinen and Oja, 2000).

    >>> x, directions = mixed_sources("uniform", 1000, generator=torch.Generator().manual_seed(0))
    >>> (x.T @ x / 1000).round(decimals=4).abs()
    tensor([[1., 0.],
            [0., 1.]])
    """
    require_choice("kind", kind, SOURCES)
    require_int("num", num, minimum=3)
    options = _options(generator)
    uniform = torch.rand(num, 2, **options).clamp(1e-6, 1 - 1e-6)  # a logarithm needs the margin
    sources = SOURCES[kind](uniform, torch.randn(num, 2, **options))
    directions = torch.linalg.qr(torch.randn(2, 2, **options)).Q
    x = (sources - sources.mean(0)) @ directions.T
    values, axes = torch.linalg.eigh(x.T @ x / num)
    return x @ (axes * values.rsqrt()) @ axes.T, directions


def _options(generator: torch.Generator | None) -> dict:
    if not isinstance(generator, torch.Generator | None):
        raise InputError(f"`generator` is {generator!r}, but a torch.Generator is accepted.")
    return {"generator": generator, "device": generator.device if generator else None}
