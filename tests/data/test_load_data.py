"""`load` on what is bundled and generated, `Dataset`, and the sentences for bad input."""

from pathlib import Path

import numpy as np
import pytest
import torch

from genedu.data import NAMES, Dataset, images, load, toy
from genedu.errors import InputError, StorageError

BUNDLED = {
    ("mnist", "train"): (10_000, 0.1307, 0.3081),
    ("mnist", "test"): (1000, 0.1307, 0.3081),
    ("fashion_mnist", "train"): (5000, 0.2860, 0.3530),
    ("fashion_mnist", "test"): (1000, 0.2860, 0.3530),
}


@pytest.mark.parametrize("name, split", BUNDLED)
def test_bundled_images(name, split):
    count, mean, std = BUNDLED[name, split]
    data = load(name, split)
    assert data.x.shape == (count, 1, 28, 28)
    assert (data.x.dtype, data.y.dtype) == (torch.float32, torch.int64)
    assert (data.x.min(), data.x.max()) == (0, 1)
    # The published mean and deviation are those of the full training set.
    assert data.x.mean() == pytest.approx(mean, abs=0.01)
    assert data.x.std() == pytest.approx(std, abs=0.01)
    assert torch.equal(data.y, torch.arange(count) % 10)
    assert data.source == f"bundled subset: first {count // 10:,} of each class"
    assert data.licence


def test_a_nearest_neighbour_reads_the_digits():
    """Pictures and labels belong together: 1-NN on 2,000 digits is right 7 times of 8."""
    train, test = load("mnist", size=2000).flattened(), load("mnist", "test").flattened()
    nearest = torch.cdist(test.x, train.x).argmin(dim=1)
    assert (train.y[nearest] == test.y).float().mean() > 0.85


def test_class_order_lists_classes_in_turn():
    labels = np.random.default_rng(0).integers(5, size=200).astype(np.uint8)
    order = images.class_order(labels)
    assert sorted(order) == list(range(200))
    assert labels[order][:100].tolist() == list(range(5)) * 20
    for label in range(5):
        of_class = order[labels[order] == label]
        assert (np.diff(of_class) > 0).all()  # within a class, the published order


@pytest.mark.parametrize("name", toy.PARAMETERS)
def test_toys_are_generated(name):
    train, test = load(name), load(name, "test")
    assert (len(train), len(test)) == (2000, 1000)
    assert train.x.shape == (2000, 2)
    assert (train.x.dtype, train.y.dtype) == (torch.float32, torch.int64)
    assert (train.source, test.source) == ("generated, seed 0", "generated, seed 1")
    assert not torch.equal(train.x[:1000], test.x)
    for source in ("auto", "bundled", "download"):
        assert torch.equal(load(name, size=1234, source=source).x, train.x[:1234])
    assert torch.equal(load(name, size=5000).x[:2000], train.x)


def test_dataset_views():
    data = load("mnist", "test", size=7)
    assert len(data) == 7
    assert data.flattened().x.shape == (7, 784)
    assert torch.equal(data.flattened().x.view_as(data.x), data.x)
    assert data.flattened().y is data.y
    grey = Dataset("a", "train", torch.tensor([[0.0, 0.5, 0.49, 1.0]]), data.y[:1], "here", "none")
    assert grey.binarized().x.tolist() == [[0, 1, 0, 1]]
    assert grey.binarized(0.4).x.tolist() == [[0, 1, 1, 1]]
    assert grey.binarized().x.dtype == torch.float32
    assert repr(grey) == "Dataset(a, train: x (1, 4), y (1,); here)"


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (("mnits",), "`name` is 'mnits'; did you mean 'mnist'"),
        ((3,), "`name` is 3, which is unknown. Accepted: mnist, fashion_mnist, moons"),
        (("mnist", "tset"), "`split` is 'tset'; did you mean 'test'? Accepted: train, test"),
        (("mnist", "train", 1, "bundle"), "`source` is 'bundle'; did you mean 'bundled'?"),
        (("mnist", "train", 0), "`size` is 0, but an integer >= 1 is accepted"),
        (("moons", "train", 2.5), "`size` is 2.5, but an integer >= 1 is accepted"),
        (
            ("mnist", "train", 10_001),
            "`size` is 10001, but mnist (train) has 10000 examples here (bundled subset: first "
            '1,000 of each class); pass source="download" (with a network) for the full set.',
        ),
    ],
)
def test_bad_input(arguments, sentence):
    with pytest.raises(InputError) as caught:
        load(*arguments)
    assert sentence in str(caught.value)


def test_more_than_the_full_set(tiny):
    with pytest.raises(InputError, match=r"has 25 examples here \(download: full set of 25\)\.$"):
        load("mnist", size=26, source="download")


def test_a_bad_threshold():
    with pytest.raises(InputError, match="`threshold` is 'half', but a finite number"):
        load("moons").binarized("half")


WHOLE = (Path(images.__file__).parent / "bundled" / "mnist-train.npz").read_bytes()
MIDDLE = len(WHOLE) // 2


@pytest.mark.parametrize(
    "content",
    [None, b"", WHOLE[:MIDDLE], WHOLE[:MIDDLE] + bytes(9) + WHOLE[MIDDLE + 9 :]],
    ids=["missing", "empty", "cut", "altered"],
)
def test_a_damaged_bundle_says_so(content, tmp_path, monkeypatch):
    monkeypatch.setattr(images, "files", lambda package: tmp_path)
    (tmp_path / "bundled").mkdir()
    if content is not None:
        (tmp_path / "bundled" / "mnist-train.npz").write_bytes(content)
    with pytest.raises(StorageError, match=r"is missing or damaged .*install genedu again"):
        load("mnist")


def test_names():
    assert " ".join(NAMES) == (
        "mnist fashion_mnist moons rings spiral eight_gaussians checkerboard"
    )
