"""The figures of the book. Each function returns ``(figure, alt text)``, for `display.show`.

Inputs are tensors, arrays or lists. ``alt`` is a sentence that says what is to be seen; a function
adds the numbers that the picture carries. `panels` and `ellipse` are for what a chapter draws by
hand.
"""

from collections.abc import Callable, Mapping, Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from .display import COLOURS, INK, style
from .errors import InputError

__all__ = [
    "bars",
    "ellipse",
    "heatmap",
    "histogram",
    "histograms",
    "images",
    "layers",
    "lines",
    "machine",
    "panels",
    "scatter",
]


def _array(values) -> np.ndarray:
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values, dtype=float)


def _new(size=None, rows: int = 1, columns: int = 1):
    with mpl.rc_context(style()):
        figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    return figure, axes


def lines(
    x,
    series: Mapping[str, object],
    *,
    xlabel: str,
    ylabel: str,
    alt: str,
    title: str = "",
    log_x: bool = False,
    log_y: bool = False,
    limits: tuple[float, float] | None = None,
    level: Mapping[str, float] | None = None,
    size: tuple[float, float] | None = None,
):
    """Draw one curve for each entry of ``series`` over ``x`` ``(points,)``.

    A value is ``(points,)``, or ``(runs, points)``: then the median is drawn with a band from the
    least to the greatest run. ``level`` adds named horizontal lines, ``limits`` fixes the y axis.

    >>> figure, alt = lines([0, 1], {"loss": [2.0, 1.0]}, xlabel="step", ylabel="nats",
    ...                     alt="Falls.")
    >>> alt
    'Falls. Last values: loss 1.'
    """
    figure, axes = _new(size)
    axis = axes[0, 0]
    x, last = _array(x), []
    with mpl.rc_context(style()):
        for colour, (name, values) in zip(_colours(len(series)), series.items(), strict=True):
            values = np.atleast_2d(_array(values))
            middle = np.median(values, 0)
            axis.plot(x, middle, label=name, color=colour)
            if len(values) > 1:
                axis.fill_between(x, values.min(0), values.max(0), color=colour, alpha=0.22, lw=0)
            last.append(f"{name} {middle[-1]:.4g}")
        for name, value in (level or {}).items():
            axis.axhline(value, color=INK, lw=1, ls="--", label=name)
            last.append(f"{name} {value:.4g}")
        axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
        if log_x:
            axis.set_xscale("log")
        if log_y:
            axis.set_yscale("log")
        if limits:
            axis.set_ylim(*limits)
        if len(series) + len(level or {}) > 1:
            axis.legend()
    return figure, f"{alt} Last values: {', '.join(last)}."


def bars(
    labels: Sequence[str],
    series: Mapping[str, object],
    *,
    ylabel: str,
    alt: str,
    xlabel: str = "",
    title: str = "",
    limits: tuple[float, float] | None = None,
    size: tuple[float, float] | None = None,
):
    """Draw a group of bars at each label, one bar for each entry of ``series``.

    A value is ``(labels,)``, or ``(runs, labels)``: then the bar is the median with a whisker from
    the least to the greatest run.

    >>> figure, alt = bars(["0", "1"], {"p": [0.3, 0.7]}, ylabel="probability", alt="Two bars.")
    >>> alt
    'Two bars. Highest: p 0.7 at 1.'
    """
    figure, axes = _new(size)
    axis, places, highest = axes[0, 0], np.arange(len(labels)), []
    width = 0.8 / len(series)
    with mpl.rc_context(style()):
        for number, (name, values) in enumerate(series.items()):
            values = np.atleast_2d(_array(values))
            middle = np.median(values, 0)
            spread = None
            if len(values) > 1:
                spread = np.stack([middle - values.min(0), values.max(0) - middle])
            axis.bar(
                places + (number - (len(series) - 1) / 2) * width,
                middle,
                width * 0.95,
                yerr=spread,
                ecolor=INK,
                label=name,
                color=_colours(len(series))[number],
                edgecolor="none",
            )
            top = int(middle.argmax())
            highest.append(f"{name} {middle[top]:.3g} at {labels[top]}")
        axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
        axis.set_xticks(places, labels, rotation=90 if max(map(len, labels)) > 3 else 0)
        if limits:
            axis.set_ylim(*limits)
        if len(series) > 1:
            axis.legend()
    return figure, f"{alt} Highest: {', '.join(highest)}."


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
    values = _array(values).ravel()
    figure, axes = _new(size)
    axis = axes[0, 0]
    with mpl.rc_context(style()):
        axis.hist(values, bins, density=True, color=COLOURS[5], alpha=0.55, label="data")
        low, high = limits or axis.get_xlim()
        grid = np.linspace(low, high, 300)
        for colour, (name, function) in zip(COLOURS, (density or {}).items(), strict=False):
            axis.plot(grid, _array(function(grid)), color=colour, label=name)
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
                values = _array(values).ravel()
                how = {"density": True, "histtype": "stepfilled", "alpha": 0.55}
                axis.hist(values, list(bins), label=name, **how)
                means.append(f"{title}, {name} {values.mean():.4g}")
        axes[0].legend()
    return figure, f"{alt} Means: {'; '.join(means)}."


def images(
    pictures,
    *,
    alt: str,
    columns: int = 10,
    row_labels: Sequence[str] = (),
    column_labels: Sequence[str] = (),
    symmetric: bool = False,
    scale: float = 0.55,
):
    """Draw a grid of pictures ``(N, side, side)``, ``(N, 1, side, side)`` or ``(N, side*side)``.

    Grey pictures keep their range [0, 1]; ``symmetric`` is for weights: blue is negative, red
    positive, and one scale, named in the alternative text, holds for all.

    >>> figure, alt = images(np.zeros((3, 28, 28)), alt="Digits.")
    >>> alt
    'Digits. 3 pictures in 1 row.'
    """
    pictures = _array(pictures)
    if pictures.ndim == 4:
        pictures = pictures[:, 0]
    if pictures.ndim == 2:
        side = round(pictures.shape[1] ** 0.5)
        if side * side != pictures.shape[1]:
            raise InputError(
                f"`pictures` has shape {pictures.shape}, but rows of side*side pixels, "
                "(N, side, side) or (N, 1, side, side) are accepted."
            )
        pictures = pictures.reshape(-1, side, side)
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    gap, side = 2, pictures.shape[1]
    sheet = np.full((rows * (side + gap) - gap, columns * (side + gap) - gap), np.nan)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        top, left = row * (side + gap), column * (side + gap)
        sheet[top : top + side, left : left + side] = picture
    figure, axes = _new((columns * scale + 0.9 * bool(row_labels), rows * scale + 0.15))
    axis = axes[0, 0]
    bound = float(np.abs(pictures).max())
    with mpl.rc_context(style()):
        if symmetric:
            axis.imshow(sheet, cmap="RdBu_r", vmin=-bound, vmax=bound, interpolation="nearest")
        else:
            axis.imshow(sheet, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        centre = (side - 1) / 2 + (side + gap) * np.arange(max(rows, columns))
        axis.set_xticks(centre[: len(column_labels)], column_labels)
        axis.set_yticks(centre[: len(row_labels)], row_labels)
        axis.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
        axis.spines[:].set_visible(False)
    range_ = f" Colours run from {-bound:.2g} (blue) to {bound:.2g} (red)." if symmetric else ""
    return figure, f"{alt} {len(pictures)} pictures in {rows} row{'s' * (rows > 1)}.{range_}"


def heatmap(
    x,
    y,
    values,
    *,
    xlabel: str,
    ylabel: str,
    zlabel: str,
    alt: str,
    contours: Sequence[float] = (),
    points: Mapping[str, tuple[float, float]] | None = None,
    path=None,
    title: str = "",
    size: tuple[float, float] | None = None,
):
    """Draw ``values`` ``(len(y), len(x))`` as colours, with contours, named points and a path.

    ``path`` is ``(steps, 2)``, drawn as a line from its first to its last point.

    >>> figure, alt = heatmap([0, 1], [0, 1], [[0, 1], [2, 3]], xlabel="x", ylabel="y",
    ...                       zlabel="value", alt="A square.")
    >>> alt
    'A square. value from 0 to 3.'
    """
    x, y, values = _array(x), _array(y), _array(values)
    figure, axes = _new(size or (5.2, 3.8))
    axis = axes[0, 0]
    with mpl.rc_context(style()):
        mesh = axis.pcolormesh(x, y, values, rasterized=True, shading="nearest")
        figure.colorbar(mesh, ax=axis, label=zlabel)
        if len(contours):
            axis.contour(x, y, values, levels=sorted(contours), colors="white", linewidths=0.8)
        if path is not None:
            path = _array(path)
            axis.plot(path[:, 0], path[:, 1], color="white", marker=".", lw=1.2, ms=4)
        for name, (px, py) in (points or {}).items():
            axis.plot(px, py, marker="o", ms=6, mfc=COLOURS[1], mec="white", ls="")
            axis.annotate(name, (px, py), (6, 6), textcoords="offset points", color="white")
        axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
    return figure, f"{alt} {zlabel} from {values.min():.3g} to {values.max():.3g}."


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
    figure, axes = _new(size or (4.2, 3.8))
    axis, counts = axes[0, 0], []
    arrows = arrows or {}
    colours = _colours(len(groups) + len(arrows))
    with mpl.rc_context(style()):
        for colour, (name, points) in zip(colours, groups.items(), strict=False):
            points = _array(points)
            axis.scatter(
                *points.T, s=7, color=colour, alpha=0.5, lw=0, label=name, rasterized=True
            )
            counts.append(f"{name}: {len(points)} points")
        for colour, (name, tips) in zip(colours[len(groups) :], arrows.items(), strict=True):
            for number, tip in enumerate(np.atleast_2d(_array(tips))):
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


def machine(weight, bias, *, alt: str, names: Sequence[str] = (), state=None, title: str = ""):
    """Draw a Boltzmann machine: units on a circle with their biases, connections with weights.

    Red connections hold two units together, blue ones push them apart; width is strength. With
    ``state`` ``(M,)`` the units that are on are filled.

    >>> figure, alt = machine([[0, 1.], [1., 0]], [0., 0.], alt="Two units.")
    >>> alt
    'Two units. Weights: 1-2 +1. Biases: 1 +0, 2 +0.'
    """
    weight, bias = _array(weight), _array(bias)
    count = len(bias)
    names = list(names) or [str(number + 1) for number in range(count)]
    angle = np.pi / 2 - 2 * np.pi * np.arange(count) / count
    place = np.stack([np.cos(angle), np.sin(angle)], 1)
    figure, axes = _new((3.4, 3.2))
    axis, said = axes[0, 0], []
    with mpl.rc_context(style()):
        for i in range(count):
            for j in range(i + 1, count):
                if weight[i, j]:
                    colour = COLOURS[4] if weight[i, j] > 0 else COLOURS[0]
                    width = 0.8 + 1.6 * abs(weight[i, j])
                    axis.plot(*place[[i, j]].T, color=colour, lw=width, zorder=1)
                    axis.text(
                        *(0.62 * place[i] + 0.38 * place[j]),
                        f"{weight[i, j]:+.3g}",
                        ha="center",
                        va="center",
                        fontsize=8,
                        bbox={"fc": "white", "ec": "none", "alpha": 0.85, "pad": 1},
                        color="black",
                        zorder=2,
                    )
                    said.append(f"{names[i]}-{names[j]} {weight[i, j]:+.3g}")
        for i in range(count):
            on = state is not None and _array(state)[i] > 0.5
            fill = COLOURS[1] if on else "white"
            axis.scatter(*place[i], s=620, color=fill, edgecolor=INK, zorder=3)
            axis.text(*place[i], names[i], ha="center", va="center", color="black", zorder=4)
            beside = place[i] * (1.62, 1.42)  # a label beside a unit needs more room than above it
            axis.text(*beside, f"b={bias[i]:+.3g}", ha="center", va="center", zorder=4)
        axis.set(xlim=(-2.0, 2.0), ylim=(-1.7, 1.7), title=title)
        axis.set_aspect("equal")
        axis.axis("off")
    biases = ", ".join(f"{name} {value:+.3g}" for name, value in zip(names, bias, strict=True))
    return figure, f"{alt} Weights: {', '.join(said) or 'none'}. Biases: {biases}."


def layers(num_visible: int, num_hidden: int, *, alt: str, marked: int = 0):
    """Draw a restricted machine: two rows of units with their biases, lines only between rows.

    The hidden unit with the number ``marked``, counted from 1, stands out with all its lines.

    >>> figure, alt = layers(3, 2, alt="Two rows.")
    >>> alt
    'Two rows. 3 visible units, 2 hidden units, 6 lines.'
    """
    figure, axes = _new((0.9 * max(num_visible, num_hidden), 2.5))
    axis = axes[0, 0]
    shift = (num_visible - num_hidden) / 2  # the shorter row stands over the middle of the longer
    rows = {"visible": ("v", "a", num_visible, 0.0, 0), "hidden": ("h", "b", num_hidden, shift, 1)}
    centred = {"ha": "center", "va": "center"}
    with mpl.rc_context(style()):
        for j in range(1, num_hidden + 1):
            colour, width = (COLOURS[1], 2.0) if j == marked else (COLOURS[5], 0.7)
            for i in range(1, num_visible + 1):
                axis.plot([i, j + shift], [0, 1], color=colour, lw=width, zorder=1 + (j == marked))
        for row, (letter, bias, count, left, y) in rows.items():
            axis.text(min(0.0, left) + 0.2, y, row, ha="right", va="center")
            for n in range(1, count + 1):
                fill = COLOURS[1] if (row, n) == ("hidden", marked) else "white"
                axis.scatter(n + left, y, s=480, color=fill, edgecolor=INK, zorder=3)
                axis.text(n + left, y, f"${letter}_{n}$", color="black", zorder=4, **centred)
                axis.text(n + left, 1.6 * y - 0.3, f"${bias}_{n}$", fontsize=9, **centred)
        axis.set(xlim=(-1.1, max(num_visible, num_hidden + shift) + 0.5), ylim=(-0.5, 1.5))
        axis.axis("off")
    count = f"{num_visible} visible units, {num_hidden} hidden units"
    return figure, f"{alt} {count}, {num_visible * num_hidden} lines."


def panels(titles: Sequence[str], size: tuple[float, float], *, stacked: bool = False, **settings):
    """Return a figure of empty plots, one for each title, and their axes, a list.

    They stand side by side, or one below the other if ``stacked``. All get the same ``settings``
    of ``Axes.set``; labels stand at the outer edges only. The caller draws, and writes the text.

    >>> figure, (left, right) = panels(["a", "b"], (6, 3), xlabel="x", ylim=(0, 1))
    >>> right.get_title(), right.get_xlabel()
    ('b', 'x')
    """
    figure, axes = _new(size, *((len(titles), 1) if stacked else (1, len(titles))))
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
    values, vectors = np.linalg.eigh(_array(covariance))
    turn = np.linspace(0, 2 * np.pi, 201)
    axis.plot(*(vectors * 2 * values**0.5 @ [np.cos(turn), np.sin(turn)]), **line)


def _colours(count: int) -> list[str]:
    return [COLOURS[number % len(COLOURS)] for number in range(count)]
