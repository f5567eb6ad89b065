"""Pictures: grids of grey images or weights, and values over a plane as colours."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np

from ..display import COLOURS, style
from ..errors import InputError
from .frame import array, new_figure


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
    pictures = array(pictures)
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
    figure, axes = new_figure([scale * length / (side + gap) for length in sheet.shape[::-1]])
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
        _widen(figure, axis)
    range_ = f" Colours run from {-bound:.2g} (blue) to {bound:.2g} (red)." if symmetric else ""
    return figure, f"{alt} {len(pictures)} pictures in {rows} row{'s' * (rows > 1)}.{range_}"


def _widen(figure, axis, pad: float = 0.04) -> None:
    """Let the axes fill the figure as it is, then let it grow by what its labels need, in inches.

    The layout of matplotlib cuts labels beside axes that keep their proportions.
    """
    figure.set_layout_engine("none")
    axis.set_position([0, 0, 1, 1])
    size, box = figure.get_size_inches(), axis.get_tightbbox().padded(pad * figure.dpi)
    left, down, width, height = np.array(box.bounds) / figure.dpi
    figure.set_size_inches(width, height)
    axis.set_position([-left / width, -down / height, size[0] / width, size[1] / height])


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
    x, y, values = array(x), array(y), array(values)
    figure, axes = new_figure(size or (5.2, 3.8))
    axis = axes[0, 0]
    with mpl.rc_context(style()):
        mesh = axis.pcolormesh(x, y, values, rasterized=True, shading="nearest")
        figure.colorbar(mesh, ax=axis, label=zlabel)
        if len(contours):
            axis.contour(x, y, values, levels=sorted(contours), colors="white", linewidths=0.8)
        if path is not None:
            path = array(path)
            axis.plot(path[:, 0], path[:, 1], color="white", marker=".", lw=1.2, ms=4)
        for name, (px, py) in (points or {}).items():
            axis.plot(px, py, marker="o", ms=6, mfc=COLOURS[1], mec="white", ls="")
            axis.annotate(name, (px, py), (6, 6), textcoords="offset points", color="white")
        axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
    return figure, f"{alt} {zlabel} from {values.min():.3g} to {values.max():.3g}."
