"""Data: image sets and toy distributions behind one function, `load`.

>>> data = load("mnist", size=100, source="bundled")
>>> data
Dataset(mnist, train: x (100, 1, 28, 28), y (100,); bundled subset: first 1,000 of each class)
>>> data.binarized().flattened().x.shape
torch.Size([100, 784])
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..errors import InputError, require_choice, require_int, require_number
from . import images, toy

__all__ = ["NAMES", "Dataset", "load", "toy"]

NAMES = (*images.SETS, *toy.PARAMETERS)


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Examples with their labels, and where they came from."""

    name: str
    split: str
    x: Tensor  # (N, 1, 28, 28) in [0, 1], or (N, 2); float32
    y: Tensor  # (N,) int64: class of an image, component (moon, ring, arm, square) of a toy point
    source: str  # "bundled subset: …", "cache: …", "download: …" or "generated, …"
    licence: str

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        shapes = f"x {tuple(self.x.shape)}, y {tuple(self.y.shape)}"
        return f"Dataset({self.name}, {self.split}: {shapes}; {self.source})"

    def flattened(self) -> "Dataset":
        """Return the same examples with ``x`` as ``(N, D)``.

        >>> load("mnist", size=2, source="bundled").flattened().x.shape
        torch.Size([2, 784])
        """
        return replace(self, x=self.x.flatten(1))

    def binarized(self, threshold: float = 0.5) -> "Dataset":
        """Return the same examples with ``x`` 1 where it is at least ``threshold``, else 0.

        >>> load("mnist", size=2, source="bundled").binarized().x.unique()
        tensor([0., 1.])
        """
        threshold = require_number("threshold", threshold)
        return replace(self, x=(self.x >= threshold).to(self.x.dtype))


def load(
    name: str, split: str = "train", size: int | None = None, source: str = "auto"
) -> Dataset:
    """Return the first ``size`` examples of a data set.

    ``mnist`` (LeCun, Cortes and Burges, 1998) and ``fashion_mnist`` (Xiao, Rasul and Vollgraf,
    2017): ``x`` is ``(N, 1, 28, 28)`` in [0, 1], ``y`` the class. The classes take turns, so any
    prefix is balanced. ``size`` defaults to all there is. ``source`` says where from:

    - ``"bundled"``: the subset that comes with genedu (no network);
    - ``"download"``: the full set (60,000 and 10,000), fetched once and cached in
      ``$GENEDU_CACHE`` or ``~/.cache/genedu``; offline, the bundled subset and a warning;
    - ``"auto"``: the full set if it is already cached, else the bundled subset.

    The first ``size`` examples are the same from each. Toy distributions (`toy.sample` describes
    them, `toy.log_density` knows their density) are generated, whatever the ``source``: ``x`` is
    ``(N, 2)``, ``y`` the component (moon, ring, arm, mode or square) that a point was drawn from,
    ``size`` defaults to 2,000 for training and 1,000 for test, and the two splits have seeds of
    their own.

    Raises InputError for an unknown name, split or source and a size that cannot be had,
    StorageError where the cache cannot be written or the bundle is damaged.

    >>> load("moons", size=500)
    Dataset(moons, train: x (500, 2), y (500,); generated, seed 0)
    >>> load("fashion_mnist", "test", source="bundled").y[:12].tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    """
    require_choice("name", name, NAMES)
    require_choice("split", split, ("train", "test"))
    require_choice("source", source, ("auto", "bundled", "download"))
    if size is not None:
        require_int("size", size)
    if name in toy.PARAMETERS:
        return _generated(name, split, size)
    x, y, origin = images.read(name, split, source)
    if size is not None and size > len(y):
        more = 'pass source="download" (with a network) for the full set'
        hint = f"; {more}." if origin.startswith("bundled") else "."
        raise InputError(
            f"`size` is {size}, but {name} ({split}) has {len(y)} examples here ({origin}){hint}"
        )
    return Dataset(
        name,
        split,
        torch.from_numpy(x[:size]).unsqueeze(1).float().div_(255),
        torch.from_numpy(y[:size]).long(),
        origin,
        images.SETS[name].licence,
    )


def _generated(name: str, split: str, size: int | None) -> Dataset:
    seed, default = {"train": (0, 2000), "test": (1, 1000)}[split]
    size = default if size is None else size
    generator = torch.Generator().manual_seed(seed)
    # In blocks of one size, so that a smaller data set is a prefix of a larger one.
    blocks = [toy.draw(name, 1000, generator, {}) for _ in range(0, size, 1000)]
    x, y = (torch.cat(part)[:size] for part in zip(*blocks, strict=True))
    return Dataset(name, split, x, y, f"generated, seed {seed}", "none: drawn from a formula")
