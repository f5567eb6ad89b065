"""Files are whole or absent; what is damaged is kept."""

import errno
import os
import signal
import subprocess
import sys
import time

import pytest

from genedu.errors import StorageError
from genedu.files import read_sealed, set_aside, sha256, write_atomic, write_sealed


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path):
    path = write_atomic(tmp_path / "deep" / "file", b"content")
    assert path.read_bytes() == b"content"
    assert os.listdir(path.parent) == ["file"]


def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    path = write_atomic(tmp_path / "file", b"old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="the disk is full; free some space"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_an_unwritable_folder_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match=r"cannot write .*file/inside"):
        write_atomic(tmp_path / "file" / "inside", b"x")


def test_a_sealed_file_comes_back(tmp_path):
    assert read_sealed(write_sealed(tmp_path / "f", b"line\nline")) == b"line\nline"


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[:70] + b"?" + b[71:], lambda b: b""]
)
def test_a_damaged_file_is_set_aside_under_a_new_name_each_time(tmp_path, damage):
    for number in (1, 2):
        path = write_sealed(tmp_path / "f", b"some payload")
        path.write_bytes(damage(path.read_bytes()))
        with pytest.raises(StorageError, match=rf"kept as `f\.damaged-{number}`"):
            read_sealed(path)
        assert not path.exists()
        assert (tmp_path / f"f.damaged-{number}").exists()


def test_a_missing_file_is_an_error_sentence(tmp_path):
    with pytest.raises(StorageError, match="cannot read"):
        read_sealed(tmp_path / "none")
    with pytest.raises(StorageError, match="cannot be moved aside"):
        set_aside(tmp_path / "none")


def rewriting(path):
    """A process that rewrites one sealed file without pause."""
    code = (
        "from genedu.files import write_sealed\nimport itertools\n"
        f"for n in itertools.count(): write_sealed({str(path)!r}, bytes([n % 251]) * 3_000_000)"
    )
    return subprocess.Popen([sys.executable, "-c", code])


def wait_for(path):
    limit = time.monotonic() + 60
    while not path.exists() and time.monotonic() < limit:
        time.sleep(0.01)


def test_a_reader_never_sees_half_a_file(tmp_path):
    path = tmp_path / "f"
    seen = set()
    with rewriting(path) as process:
        wait_for(path)
        try:
            for _ in range(300):
                digest, _, payload = path.read_bytes().partition(b"\n")
                assert digest.decode() == sha256(payload)
                seen.add(payload[:1])
        finally:
            process.kill()
    assert len(seen) > 3  # it was really rewritten meanwhile


def test_a_kill_in_the_middle_of_writing_leaves_a_whole_file(tmp_path):
    """The process is killed at an arbitrary moment."""
    path = tmp_path / "f"
    for wait in (0.05, 0.12, 0.2):
        with rewriting(path) as process:
            wait_for(path)
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
        payload = read_sealed(path)
        assert len(payload) == 3_000_000
        assert len(set(payload)) == 1
