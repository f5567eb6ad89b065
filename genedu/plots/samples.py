"""What samples look like: their histograms, and clouds of points in the plane."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib as mpl
import numpy as np

from ..display import COLOURS, style
from .frame import array, colours_of, new_figure, panels


def histogram(
    values,
    *,
    xlabel: str,
    alt: str,
    density: Mapping[str, Callable] | None = None,
    bins: int = 40,
    title: str = "",
    limits: tuple[float, float] | None = None,
    size: tuple[float, float] | None = None,
):
    """Draw the histogram of ``values`` ``(N,)`` as a density, under curves ``{name: f(x)}``.

    >>> figure, alt = histogram([0., 1., 2.], xlabel="x", alt="A histogram.")
    >>> alt
    'A histogram. 3 values, mean 1, standard deviation 0.816.'
    """
    values = array(values).ravel()
    figure, axes = new_figure(size)
    axis = axes[0, 0]
    with mpl.rc_context(style()):
        axis.hist(values, bins, density=True, color=COLOURS[5], alpha=0.55, label="data")
        low, high = limits or axis.get_xlim()
        grid = np.linspace(low, high, 300)
        for colour, (name, function) in zip(COLOURS, (density or {}).items(), strict=False):
            axis.plot(grid, array(function(grid)), color=colour, label=name)
        axis.set(xlabel=xlabel, ylabel="density", title=title, xlim=(low, high))
        if density:
            axis.legend()
    numbers = f"mean {values.mean():.3g}, standard deviation {values.std():.3g}"
    return figure, f"{alt} {len(values)} values, {numbers}."


def histograms(
    groups: Mapping[str, Mapping[str, object]], *, bins: Sequence[float], xlabel: str, alt: str
):
    """Draw overlaid densities ``{name: (N,)}``, one panel below the other for each title.

    All panels share the edges ``bins`` and hence the x axis.

    >>> figure, alt = histograms({"model": {"data": [1., 2.], "samples": [3., 3.]}},
    ...                          bins=[0, 2, 4], xlabel="x", alt="Two heaps.")
    >>> alt
    'Two heaps. Means: model, data 1.5; model, samples 3.'
    """
    settings = {"xlabel": xlabel, "ylabel": "density", "yticks": [], "xlim": (bins[0], bins[-1])}
    figure, axes = panels(list(groups), (5.6, 0.6 + 1.8 * len(groups)), stacked=True, **settings)
    means = []
    with mpl.rc_context(style()):
        for axis, (title, group) in zip(axes, groups.items(), strict=True):
            for name, values in group.items():
                values = array(values).ravel()
                how = {"density": True, "histtype": "stepfilled", "alpha": 0.55}
                axis.hist(values, list(bins), label=name, **how)
                means.append(f"{title}, {name} {values.mean():.4g}")
        axes[0].legend()
    return figure, f"{alt} Means: {'; '.join(means)}."


def scatter(
    groups: Mapping[str, object],
    *,
    alt: str,
    xlabel: str = "x₁",
    ylabel: str = "x₂",
    arrows: Mapping[str, object] | None = None,
    limits: float | None = None,
    title: str = "",
    size: tuple[float, float] | None = None,
):
    """Draw clouds of points ``{name: (N, 2)}`` and arrows ``{name: (K, 2)}`` from the origin.

    Both axes have one scale; ``limits`` is their half width.

    >>> figure, alt = scatter({"data": [[0., 0.], [1., 1.]]}, alt="Two points.")
    >>> alt
    'Two points. data: 2 points.'
    """
    figure, axes = new_figure(size or (4.2, 3.8))
    axis, counts = axes[0, 0], []
    arrows = arrows or {}
    colours = colours_of(len(groups) + len(arrows))
    with mpl.rc_context(style()):
        for colour, (name, points) in zip(colours, groups.items(), strict=False):
            points = array(points)
            axis.scatter(
                *points.T, s=7, color=colour, alpha=0.5, lw=0, label=name, rasterized=True
            )
            counts.append(f"{name}: {len(points)} points")
        for colour, (name, tips) in zip(colours[len(groups) :], arrows.items(), strict=True):
            for number, tip in enumerate(np.atleast_2d(array(tips))):
                axis.annotate(
                    "", tip, (0, 0), arrowprops={"arrowstyle": "->", "color": colour, "lw": 2}
                )
                axis.plot(*tip, color=colour, label=None if number else name)
                counts.append(f"{name} to ({tip[0]:.2f}, {tip[1]:.2f})")
        axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
        if limits:
            axis.set(xlim=(-limits, limits), ylim=(-limits, limits))
        axis.set_aspect("equal")
        if len(groups) + len(arrows) > 1:
            axis.legend(markerscale=2)
    return figure, f"{alt} {'; '.join(counts)}."
