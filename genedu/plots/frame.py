"""What every figure starts from: its axes in the book's style, its colours, its numbers.

`panels` and `ellipse` are for what a chapter draws by hand.
"""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from ..display import COLOURS, INK, style


def array(values) -> np.ndarray:
    """Return a tensor, an array or a list as an array of floats.

    >>> array([1, 2])
    array([1., 2.])
    """
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values, dtype=float)


def new_figure(size=None, rows: int = 1, columns: int = 1):
    """Return a figure in the book's style and its empty axes, an array ``(rows, columns)``."""
    with mpl.rc_context(style()):
        figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    return figure, axes


def colours_of(count: int) -> list[str]:
    """Return ``count`` of the book's colours, in their order, and again from the first if needed.

    >>> len(set(colours_of(8)))
    6
    """
    return [COLOURS[number % len(COLOURS)] for number in range(count)]


def draw_levels(axis, level: Mapping[str, float] | None) -> list[str]:
    """Draw named horizontal lines, dashed and in ink, and return their names and values.

    >>> figure, (axis,) = panels(["loss"], (3, 3))
    >>> draw_levels(axis, {"entropy": 0.5})
    ['entropy 0.5']
    """
    for name, value in (level or {}).items():
        axis.axhline(value, color=INK, lw=1, ls="--", label=name)
    return [f"{name} {value:.4g}" for name, value in (level or {}).items()]


def panels(titles: Sequence[str], size: tuple[float, float], *, stacked: bool = False, **settings):
    """Return a figure of empty plots, one for each title, and their axes, a list.

    They stand side by side, or one below the other if ``stacked``. All get the same ``settings``
    of ``Axes.set``; labels stand at the outer edges only. The caller draws, and writes the text.

    >>> figure, (left, right) = panels(["a", "b"], (6, 3), xlabel="x", ylim=(0, 1))
    >>> right.get_title(), right.get_xlabel()
    ('b', 'x')
    """
    figure, axes = new_figure(size, *((len(titles), 1) if stacked else (1, len(titles))))
    for axis, title in zip(axes.flat, titles, strict=True):
        with mpl.rc_context(style()):
            axis.set(title=title, **settings)
        axis.label_outer()
    return figure, list(axes.flat)


def ellipse(axis, covariance, **line) -> None:
    """Draw the curve two standard deviations from the origin, for ``covariance`` ``(2, 2)``.

    >>> figure, (axis,) = panels(["one Gaussian"], (3, 3))
    >>> ellipse(axis, [[4.0, 0.0], [0.0, 1.0]], color=INK)
    >>> f"{axis.lines[0].get_xdata().max():.1f}"  # twice the standard deviation 2
    '4.0'
    """
    values, vectors = np.linalg.eigh(array(covariance))
    turn = np.linspace(0, 2 * np.pi, 201)
    axis.plot(*(vectors * 2 * values**0.5 @ [np.cos(turn), np.sin(turn)]), **line)
