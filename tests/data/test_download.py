"""The downloader against a server on this machine: every way a transfer goes wrong."""

import dataclasses
import errno
import gzip
import os
import socket
import sys
import time
import warnings

import pytest
import torch

from genedu.data import download, images, load
from genedu.errors import DataError, InputError, StorageError
from genedu.files import sha256

PAYLOAD = os.urandom(50_000)  # does not compress: the transfer has as many bytes
DIGEST = sha256(PAYLOAD)


@pytest.fixture
def fetch(server, cache):
    server.files["file.gz"] = gzip.compress(PAYLOAD)
    path = cache / "folder" / "file"

    def fetch(digest=DIGEST, **options):
        return download.fetch(f"{server.home}file.gz", digest, path, **options)

    fetch.path, fetch.part = path, path.with_name("file.part")
    return fetch


def test_a_file_arrives_and_is_kept(fetch, server):
    assert fetch() == PAYLOAD
    assert fetch.path.read_bytes() == PAYLOAD
    assert os.listdir(fetch.path.parent) == ["file"]
    assert server.ranges == [None]


def test_a_cut_transfer_is_resumed_where_it_stopped(fetch, server):
    server.script = ["cut", "cut"]
    assert fetch() == PAYLOAD
    half = len(server.files["file.gz"]) // 2
    assert server.ranges[:2] == [None, f"bytes={half}-"]
    assert len(server.ranges) == 3


def test_a_server_that_cannot_resume_sends_all_again(fetch, server):
    server.script = ["cut", "no resume"]
    assert fetch() == PAYLOAD
    assert len(server.ranges) == 2


def test_what_arrived_is_kept_for_the_next_call(fetch, server):
    server.script = ["cut", "503", "503"]
    with pytest.raises(DataError, match="cannot be had: Service Unavailable; run again"):
        fetch()
    kept = fetch.part.stat().st_size
    assert kept > 20_000
    assert not fetch.path.exists()
    assert fetch() == PAYLOAD
    assert server.ranges[-1] == f"bytes={kept}-"
    assert not fetch.part.exists()


def test_an_interrupted_transfer_keeps_what_arrived(fetch, server, monkeypatch):
    def receive(url, received, timeout):
        received += server.files["file.gz"][:1000]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(download, "_receive", receive)
        with pytest.raises(KeyboardInterrupt):
            fetch()
    assert fetch.part.stat().st_size == 1000
    assert fetch() == PAYLOAD


@pytest.mark.parametrize("leftover", [b"not the beginning", b"x" * 60_000])
def test_a_wrong_leftover_is_dropped(fetch, leftover):
    fetch.part.parent.mkdir(parents=True)
    fetch.part.write_bytes(leftover)
    assert fetch() == PAYLOAD


def test_a_file_with_another_hash_is_never_kept(fetch):
    with pytest.raises(DataError, match=r"its SHA-256 does not fit"):
        fetch(digest=sha256(b"something else"))
    assert os.listdir(fetch.path.parent) == []


def test_a_page_instead_of_the_file_is_refused(fetch, server):
    server.files["file.gz"] = b"<html>please log in</html>"
    with pytest.raises(DataError, match="not the published file"):
        fetch()


def test_a_missing_file_is_asked_for_once(fetch, server):
    server.script = ["404"]
    with pytest.raises(DataError, match="cannot be had: Not Found"):
        fetch()
    assert len(server.ranges) == 1


def test_a_silent_server_does_not_hang(fetch, server):
    server.script = ["stall"] * 2
    begin = time.monotonic()
    with pytest.raises(DataError, match="timed out"):
        fetch(attempts=2, timeout=0.2)
    assert time.monotonic() - begin < 5
    assert fetch() == PAYLOAD


def test_a_full_disk_says_so(fetch, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("genedu.files.os.fsync", full)
    with pytest.raises(StorageError, match="the disk is full; free some space"):
        fetch()


def test_the_cache_folder_is_where_the_system_keeps_caches(monkeypatch, tmp_path):
    monkeypatch.setenv("GENEDU_CACHE", "")
    variable = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME"
    monkeypatch.setenv(variable, str(tmp_path))
    assert download.cache_folder() == tmp_path / "genedu"
    monkeypatch.delenv(variable)
    assert download.cache_folder().parts[-2:] == (".cache", "genedu")
    assert download.cache_folder().is_absolute()


# ---- through `load`


def test_download_then_cache_then_auto(tiny, server):
    bundled = load("mnist", source="auto")
    assert bundled.source.startswith("bundled subset")
    first = load("mnist", source="download")
    assert first.source == "download: full set of 25"
    assert first.licence == "no licence"
    again, auto = load("mnist", source="download"), load("mnist", size=10)
    assert again.source == auto.source == "cache: full set of 25"
    assert len(server.ranges) == 2
    assert torch.equal(first.x, again.x)
    assert torch.equal(first.x[:10], auto.x)
    assert auto.y.tolist() == list(range(10))


def test_auto_and_bundled_never_touch_the_network(tiny, server):
    for source in ("auto", "bundled"):
        load("mnist", "test", source=source)
    assert server.ranges == []


def test_a_damaged_cache_is_set_aside_and_fetched_anew(tiny, server, cache):
    whole = load("mnist", source="download")
    labels = cache / "mnist" / images.FILES["train"][1]
    labels.write_bytes(b"damaged")
    with pytest.warns(UserWarning, match=r"is damaged .*set aside as `.*damaged-1`"):
        again = load("mnist", source="download")
    assert again.source.startswith("download")
    assert torch.equal(again.y, whole.y)
    assert labels.with_name(f"{labels.name}.damaged-1").read_bytes() == b"damaged"


def test_a_damaged_cache_is_not_used_by_auto(tiny, cache):
    load("mnist", source="download")
    (cache / "mnist" / images.FILES["train"][0]).write_bytes(b"damaged")
    with pytest.warns(UserWarning, match="damaged"):
        assert load("mnist").source.startswith("bundled")


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_without_a_network_the_bundle_serves_and_says_so(tiny, monkeypatch):
    away = dataclasses.replace(tiny, home=f"http://127.0.0.1:{closed_port()}/")
    monkeypatch.setitem(images.SETS, "mnist", away)
    with pytest.warns(
        UserWarning, match=r"^the bundled subset of mnist is used, because .*refused"
    ):
        data = load("mnist", size=20, source="download")
    assert data.source == (
        "bundled subset: first 1,000 of each class, because the download failed"
    )
    assert len(data) == 20
    with (
        pytest.warns(UserWarning, match="the bundled subset of mnist"),
        pytest.raises(InputError, match="has 10000 examples here"),
    ):
        load("mnist", size=20_000, source="download")


def test_a_tampered_file_is_not_used(tiny, server):
    server.files["train-labels-idx1-ubyte.gz"] = gzip.compress(b"other")
    with pytest.warns(UserWarning, match="not the published file"):
        assert load("mnist", source="download").source.startswith("bundled")


def test_a_cache_that_cannot_be_written_is_an_error(tiny, server, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GENEDU_CACHE", str(tmp_path / "file" / "below"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load("mnist").source.startswith("bundled")
    with pytest.raises(StorageError, match=r"cannot write `.*below.*choose a folder"):
        load("mnist", source="download")
    assert server.ranges == []
