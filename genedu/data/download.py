"""Files from the network: checked by their hash, cached, resumed where a transfer broke off."""

import gzip
import os
import sys
import time
import urllib.error
import urllib.request
import warnings
import zlib
from http.client import HTTPException
from pathlib import Path

from ..errors import DataError
from ..files import set_aside, sha256, write_atomic

__all__ = ["cache_folder", "cached", "fetch"]


def cache_folder() -> Path:
    """Return the folder of downloaded files: ``$GENEDU_CACHE``, or ``genedu`` in the user's cache.

    The user's cache is ``~/.cache`` (or ``$XDG_CACHE_HOME``), on Windows ``%LOCALAPPDATA%``.
    """
    if chosen := os.environ.get("GENEDU_CACHE"):
        return Path(chosen).expanduser()
    users = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    return Path(users or "~/.cache").expanduser() / "genedu"


def cached(path: Path, digest: str) -> bytes | None:
    """Return the file at ``path`` if its SHA-256 is ``digest``, or None if there is no such file.

    A file with another content is set aside, and a warning says where.
    """
    try:
        payload = path.read_bytes()
    except OSError:
        return None
    if sha256(payload) == digest:
        return payload
    kept = set_aside(path)
    warnings.warn(
        f"`{path}` is damaged (its SHA-256 does not fit); it is set aside as `{kept.name}`.",
        stacklevel=5,  # the caller of `load`
    )
    return None


def fetch(
    url: str,
    digest: str,
    path: Path,
    *,
    attempts: int = 3,
    timeout: float = 10.0,
    pause: float = 0.5,
) -> bytes:
    """Fetch the gzip file at ``url``, unpack it, check its SHA-256, keep it at ``path``.

    A transfer that breaks, or is silent for ``timeout`` seconds, is resumed where it stopped after
    ``pause`` seconds; what has arrived by the last attempt is kept (``NAME.part``) for the next
    call. Raises DataError where the file cannot be had, StorageError where it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        received = bytearray(part.read_bytes())
    except OSError:
        received = bytearray()
    write_atomic(part, received)  # a full disk or a closed folder shows before the transfer
    problem = ""
    try:
        for attempt in range(attempts):
            time.sleep(pause * attempt)
            try:
                _receive(url, received, timeout)
            except (OSError, HTTPException) as error:
                problem = str(getattr(error, "reason", "") or error) or type(error).__name__
                code = error.code if isinstance(error, urllib.error.HTTPError) else 0
                if code == 416:  # nothing follows what we have, yet it is not the file
                    received.clear()
                elif 400 <= code < 500:
                    break
                continue
            payload = _unpacked(received)
            received.clear()
            if payload is not None and sha256(payload) == digest:
                write_atomic(path, payload)
                return payload
            problem = "what arrived is not the published file (its SHA-256 does not fit)"
    finally:
        if received:
            write_atomic(part, received)
        else:
            part.unlink(missing_ok=True)
    raise DataError(f"{url} cannot be had: {problem}; run again when the network is there.")


def _receive(url: str, received: bytearray, timeout: float) -> None:
    """Append to ``received`` the bytes of ``url`` that it lacks; raise where it breaks off."""
    from tqdm.auto import tqdm

    headers = {"Range": f"bytes={len(received)}-"} if received else {}
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=timeout) as response:
        if response.status != 206:  # the server does not resume: it sends all of the file
            received.clear()
        length = response.headers.get("Content-Length")
        whole = None if length is None else len(received) + int(length)
        bar = {"total": whole, "initial": len(received), "unit": "B", "unit_scale": True}
        with tqdm(desc=url.rsplit("/", 1)[-1], leave=False, **bar) as progress:
            while chunk := response.read1(2**16):
                received += chunk
                progress.update(len(chunk))
    if whole is not None and len(received) < whole:
        raise ConnectionError(f"the transfer broke off after {len(received):,} of {whole:,} bytes")


def _unpacked(packed: bytes) -> bytes | None:
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return None
