"""Curves and bars: numbers that the reader compares by height."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np

from ..display import INK, style
from .frame import array, colours_of, draw_levels, new_figure


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
    figure, axes = new_figure(size)
    axis = axes[0, 0]
    x, last = array(x), []
    with mpl.rc_context(style()):
        for colour, (name, values) in zip(colours_of(len(series)), series.items(), strict=True):
            values = np.atleast_2d(array(values))
            middle = np.median(values, 0)
            axis.plot(x, middle, label=name, color=colour)
            if len(values) > 1:
                axis.fill_between(x, values.min(0), values.max(0), color=colour, alpha=0.22, lw=0)
            last.append(f"{name} {middle[-1]:.4g}")
        last += draw_levels(axis, level)
        axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
        if log_x:
            axis.set_xscale("log")
        if log_y:
            axis.set_yscale("log")
        if limits:
            axis.set_ylim(*limits)
        if len(last) > 1:
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
    level: Mapping[str, float] | None = None,
    size: tuple[float, float] | None = None,
):
    """Draw a group of bars at each label, one bar for each entry of ``series``.

    A value is ``(labels,)``, or ``(runs, labels)``: then the bar is the median with a whisker from
    the least to the greatest run. ``level`` adds named horizontal lines, ``limits`` fixes the y
    axis.

    >>> figure, alt = bars(["0", "1"], {"p": [0.3, 0.7]}, ylabel="probability", alt="Two bars.",
    ...                    level={"chance": 0.5})
    >>> alt
    'Two bars. Highest: p 0.7 at 1. Dashed: chance 0.5.'
    """
    figure, axes = new_figure(size)
    axis, places, highest = axes[0, 0], np.arange(len(labels)), []
    width = 0.8 / len(series)
    with mpl.rc_context(style()):
        for number, (name, values) in enumerate(series.items()):
            values = np.atleast_2d(array(values))
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
                color=colours_of(len(series))[number],
                edgecolor="none",
            )
            top = int(middle.argmax())
            highest.append(f"{name} {middle[top]:.3g} at {labels[top]}")
        dashed = draw_levels(axis, level)
        axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
        axis.set_xticks(places, labels, rotation=90 if max(map(len, labels)) > 3 else 0)
        if limits:
            axis.set_ylim(*limits)
        if len(series) + len(dashed) > 1:
            axis.legend()
    said = f"{alt} Highest: {', '.join(highest)}."
    return figure, f"{said} Dashed: {', '.join(dashed)}." if dashed else said
