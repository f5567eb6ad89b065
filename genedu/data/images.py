"""Image sets: where they come from, under which licence, and how they are read.

Every set is kept in one order: the first example of each class, then the second of each, and so
on. So any prefix is balanced, and the bundled subset is a prefix of the full set: the first
``size`` examples are the same with and without a network.
"""

import warnings
import zlib
from dataclasses import dataclass
from importlib.resources import files
from zipfile import BadZipFile

import numpy as np

from ..errors import DataError, StorageError
from . import download

__all__ = ["FILES", "SETS", "ImageSet", "class_order", "parse_idx", "read"]

FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


@dataclass(frozen=True)
class ImageSet:
    """A published image set: gzipped idx files under a common address."""

    home: str  # ends with a slash
    licence: str
    digests: dict[str, tuple[str, str]]  # split: SHA-256 of its two unpacked `FILES`

    def files(self, split: str) -> list[tuple[str, str]]:
        """Return name and SHA-256 of the split's images and of its labels."""
        return list(zip(FILES[split], self.digests[split], strict=True))


SETS = {
    # LeCun, Cortes and Burges (1998)
    "mnist": ImageSet(
        home="https://ossci-datasets.s3.amazonaws.com/mnist/",
        licence="CC BY-SA 3.0, Yann LeCun and Corinna Cortes",
        digests={
            "train": (
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            ),
            "test": (
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            ),
        },
    ),
    # Xiao, Rasul and Vollgraf (2017)
    "fashion_mnist": ImageSet(
        home="http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        licence="MIT, Zalando SE",
        digests={
            "train": (
                "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            ),
            "test": (
                "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
            ),
        },
    ),
}


def read(name: str, split: str, source: str) -> tuple[np.ndarray, np.ndarray, str]:
    """Return images ``(N, 28, 28)`` and labels ``(N,)``, both uint8, and where they came from."""
    offline = ""
    if source != "bundled":
        try:
            if full := _full(name, split, may_download=source == "download"):
                return full
        except DataError as error:
            offline = ", because the download failed"
            warnings.warn(f"the bundled subset of {name} is used, because {error}", stacklevel=3)
    path = files(__package__) / "bundled" / f"{name}-{split}.npz"
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            images, labels = arrays["x"], arrays["y"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
        raise StorageError(
            f"the bundled file `{path}` is missing or damaged ({error}); install genedu again."
        ) from error
    each = len(labels) // len(np.unique(labels))
    return images, labels, f"bundled subset: first {each:,} of each class{offline}"


def _full(name: str, split: str, *, may_download: bool):
    """The full split from the cache or the network, or None where neither may or can serve."""
    payloads, origin = [], "cache"
    for file, digest in SETS[name].files(split):
        path = download.cache_folder() / name / file
        payload = download.cached(path, digest)
        if payload is None:
            if not may_download:
                return None
            payload = download.fetch(f"{SETS[name].home}{file}.gz", digest, path)
            origin = "download"
        payloads.append(payload)
    images, labels = map(parse_idx, payloads)
    order = class_order(labels)
    return images[order], labels[order], f"{origin}: full set of {len(labels):,}"


def parse_idx(payload: bytes) -> np.ndarray:
    """Return the uint8 array in an idx file: byte 3 counts the axes, then come their sizes.

    >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]))
    array([7, 8, 9], dtype=uint8)
    """
    axes = payload[3]
    shape = np.frombuffer(payload, ">u4", count=axes, offset=4)
    return np.frombuffer(payload, np.uint8, offset=4 + 4 * axes).reshape(shape)


def class_order(labels: np.ndarray) -> np.ndarray:
    """Return the indices that list the first example of each class, then the second, and so on.

    >>> class_order(np.array([1, 1, 0, 1, 0]))
    array([2, 0, 4, 1, 3])
    """
    by_class = np.argsort(labels, kind="stable")
    occurrence = np.empty(len(labels), dtype=np.int64)
    occurrence[by_class] = np.arange(len(labels)) - np.searchsorted(
        labels[by_class], labels[by_class]
    )
    return np.lexsort((labels, occurrence))
