"""What torch says of a figure, kept beside the built book: its pages are compared with it.

Where the environment variable ``GENEDU_EXPLORE_RECORDS`` names a folder, `explore` writes a record
of every figure there. `tests/book/test_live_figures.py` replays them in the pages.
"""

import hashlib
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..errors import StorageError
from ..files import write_atomic

if TYPE_CHECKING:
    from .figure import Explorable

__all__ = ["Point", "Record", "read", "record", "write"]

Tensors = dict[str, Tensor]


class Point(NamedTuple):
    """Inputs of a figure's function, and the outputs that torch gives for them."""

    inputs: Tensors
    outputs: Tensors


class Record(NamedTuple):
    """What the views show at first, and points to compare at.

    ``again`` has the same points with other noise, and is empty without noise: a random number
    beside a threshold may fall on the other side in the page, but not twice.
    """

    first: Tensors
    points: list[Point]
    again: list[Point]


def record(figure: "Explorable") -> Record:
    """Return the record of a figure: its function, run by torch at the figure's samples.

    >>> from genedu.explore import Slider, Text, explore
    >>> figure = explore(lambda a: 2 * a, controls={"a": Slider(0, 3, 1)}, view=Text("{out}"))
    >>> record(figure).points[0]
    Point(inputs={'a': tensor(1.)}, outputs={'out': tensor(2.)})
    """

    def points(seed: int) -> list[Point]:
        return [Point(inputs, figure.evaluate(inputs)) for inputs in figure.samples(seed=seed)]

    return Record(figure.values, points(0), points(1) if figure.spec["noise"] else [])


def write(figure: "Explorable", folder: str | os.PathLike) -> Path:
    """Write the record of a figure into ``folder``, compressed, and return its file.

    Raises StorageError where the file cannot be written.
    """
    first, points, again = record(figure)
    arrays = {f"first/{name}": value for name, value in first.items()}
    for kind, several in (("points", points), ("again", again)):
        for number, point in enumerate(several):
            for side, tensors in point._asdict().items():
                arrays |= {f"{kind}/{number}/{side}/{name}": v for name, v in tensors.items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{key: value.numpy() for key, value in arrays.items()})
    return write_atomic(_file(figure.spec, folder), buffer.getvalue())


def read(spec: Mapping, folder: str | os.PathLike) -> Record:
    """Return the record of the figure that has this spec, as its page holds it.

    Raises StorageError, which says what to do, where there is none.
    """
    file = _file(spec, folder)
    if not file.is_file():
        raise StorageError(
            f"`{folder}` has no record of the figure {spec['title']!r}; run `make clean book`, so "
            "that every chapter runs again and writes its records."
        )
    first: Tensors = {}
    points: dict[str, dict[int, Point]] = {"points": {}, "again": {}}
    with np.load(file) as arrays:
        for key in arrays.files:
            kind, _, rest = key.partition("/")
            value = torch.from_numpy(arrays[key])
            if kind == "first":
                first[rest] = value
            else:
                number, side, name = rest.split("/", 2)
                point = points[kind].setdefault(int(number), Point({}, {}))
                getattr(point, side)[name] = value
    return Record(first, *([*several.values()] for several in points.values()))


def _file(spec: Mapping, folder: str | os.PathLike) -> Path:
    """The spec names the graph by its digest, so the name follows whatever the page is given."""
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()
    return Path(folder) / f"{digest[:16]}.npz"
