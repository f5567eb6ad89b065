"""Files that are never half written and never silently lost.

Whatever genedu keeps on disk (data cache, training checkpoints) goes through `write_atomic` and
`read_sealed`/`write_sealed`: a reader sees the old file or the new one, and a damaged file is set
aside under another name, never overwritten.
"""

import contextlib
import errno
import hashlib
import os
from pathlib import Path

from .errors import StorageError

__all__ = ["read_sealed", "set_aside", "sha256", "write_atomic", "write_sealed"]


def sha256(payload: bytes) -> str:
    """Return the SHA-256 digest of ``payload`` in hexadecimal.

    >>> sha256(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(payload).hexdigest()


def write_atomic(path: str | os.PathLike, payload: bytes) -> Path:
    """Write ``payload`` to ``path`` so that at every moment the old or the new file is whole.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and then take
    the name in one step. Raises StorageError (no permission, no space left, not a folder).
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        what = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)
        raise StorageError(
            f"cannot write `{path}`: {what}; free some space or choose a folder that you may "
            "write to."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return path


def set_aside(path: str | os.PathLike) -> Path:
    """Rename a damaged file to ``NAME.damaged-1`` (or the next free number); return its path."""
    path = Path(path)
    number = 1
    while (kept := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    try:
        os.replace(path, kept)
    except OSError as error:
        raise StorageError(
            f"`{path}` is damaged and cannot be moved aside ({error.strerror}); move it yourself."
        ) from error
    return kept


def write_sealed(path: str | os.PathLike, payload: bytes) -> Path:
    """Write ``payload`` behind a line with its SHA-256, atomically; `read_sealed` checks it."""
    return write_atomic(path, sha256(payload).encode() + b"\n" + payload)


def read_sealed(path: str | os.PathLike) -> bytes:
    """Return the payload that `write_sealed` wrote.

    A file whose digest does not fit is set aside, and StorageError names the place it is kept.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError(f"cannot read `{path}`: {error.strerror}.") from error
    digest, _, payload = content.partition(b"\n")
    if digest.decode("latin-1") != sha256(payload):
        kept = set_aside(path)
        raise StorageError(
            f"`{path}` is damaged (its SHA-256 does not fit); it is kept as `{kept.name}`, "
            "so run again to start afresh."
        )
    return payload
