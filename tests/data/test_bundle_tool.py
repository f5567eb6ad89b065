"""tools/bundle.py, without a network: packing, comparing, and its sentences."""

import gzip
import importlib.util
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "bundle.py"


@pytest.fixture(scope="module")
def bundle():
    spec = importlib.util.spec_from_file_location("bundle", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_packing_gives_the_same_bytes_and_reads_back(bundle, tmp_path):
    arrays = {"x": np.arange(12, dtype=np.uint8).reshape(3, 2, 2), "y": np.arange(3)}
    packed = bundle.pack(arrays)
    assert packed == bundle.pack({key: array.copy() for key, array in arrays.items()})
    path = tmp_path / "file.npz"
    path.write_bytes(packed)
    assert bundle.holds(path, arrays)
    assert not bundle.holds(path, arrays | {"y": np.array([0, 1, 3])})
    assert not bundle.holds(path, arrays | {"y": np.arange(3, dtype=np.uint8)})
    assert not bundle.holds(tmp_path / "missing.npz", arrays)


def test_the_committed_files_are_packed_that_way(bundle):
    for name, splits in bundle.PER_CLASS.items():
        for split, each in splits.items():
            path = bundle.BUNDLED / f"{name}-{split}.npz"
            with np.load(path) as arrays:
                arrays = dict(arrays)
            assert arrays["x"].shape == (10 * each, 28, 28)
            assert {array.dtype for array in arrays.values()} == {np.dtype(np.uint8)}
            assert path.stat().st_size < 3_000_000
            assert path.name in (bundle.BUNDLED / "NOTICE").read_text()


def test_a_subset_is_the_first_of_each_class(bundle, tiny, server, monkeypatch):
    idx = {name.removesuffix(".gz"): gzip.decompress(z) for name, z in server.files.items()}
    monkeypatch.setitem(bundle.PER_CLASS, "mnist", {"train": 2})
    assert bundle.subset("mnist", "train", idx)["y"].tolist() == [*range(10), *range(10)]
    idx["train-labels-idx1-ubyte"] += b"?"
    with pytest.raises(SystemExit, match=r"`train-labels-idx1-ubyte` is not the published file"):
        bundle.subset("mnist", "train", idx)


def test_a_missing_or_failing_tool_is_named(bundle, tmp_path):
    with pytest.raises(SystemExit, match="`no-such-tool` is not installed, and `no-such-tool go`"):
        bundle.run("no-such-tool", "go", folder=tmp_path)
    with pytest.raises(SystemExit, match=r"`python3 -c .*` failed: no luck"):
        bundle.run("python3", "-c", "import sys; sys.exit('no luck')", folder=tmp_path)
