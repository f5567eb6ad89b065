"""Diagrams of machines: units as circles, connections as lines."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np

from ..display import COLOURS, INK, style
from .frame import array, new_figure


def machine(weight, bias, *, alt: str, names: Sequence[str] = (), state=None, title: str = ""):
    """Draw a Boltzmann machine: units on a circle with their biases, connections with weights.

    Red connections hold two units together, blue ones push them apart; width is strength. With
    ``state`` ``(M,)`` the units that are on are filled.

    >>> figure, alt = machine([[0, 1.], [1., 0]], [0., 0.], alt="Two units.")
    >>> alt
    'Two units. Weights: 1-2 +1. Biases: 1 +0, 2 +0.'
    """
    weight, bias = array(weight), array(bias)
    count = len(bias)
    names = list(names) or [str(number + 1) for number in range(count)]
    angle = np.pi / 2 - 2 * np.pi * np.arange(count) / count
    place = np.stack([np.cos(angle), np.sin(angle)], 1)
    figure, axes = new_figure((3.4, 3.2))
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
            on = state is not None and array(state)[i] > 0.5
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
    figure, axes = new_figure((0.9 * max(num_visible, num_hidden), 2.5))
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
