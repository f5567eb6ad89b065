"""A small image set behind a server on this machine that can misbehave."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from genedu.data import download, images
from genedu.files import sha256


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache folder, and no waiting between attempts."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GENEDU_CACHE", str(folder))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(download.time, "sleep", lambda seconds: None)
    return folder


class Server:
    """Serves ``files``; each request is handled as the next word of ``script`` says."""

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.script: list[str] = []  # "cut", "stall", "no resume" or a status; then as it should
        self.ranges: list[str | None] = []  # the Range header of every request
        self.closing = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.answer(self)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.home = f"http://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, request):
        manner = self.script.pop(0) if self.script else ""
        self.ranges.append(request.headers.get("Range"))
        if manner.isdigit():
            return request.send_error(int(manner))
        content = self.files[request.path.lstrip("/")]
        start = 0
        if self.ranges[-1] and manner != "no resume":
            start = int(self.ranges[-1].removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                return request.send_error(416)
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        end = (start + len(content)) // 2 if manner in ("cut", "stall") else len(content)
        request.wfile.write(content[start:end])
        request.wfile.flush()
        if manner == "stall":
            self.closing.wait(10)

    def close(self):
        self.closing.set()
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def tiny(server, monkeypatch):
    """ "mnist" as 25 random pictures of 10 classes a split, at home on the local server."""
    random = np.random.default_rng(0)
    digests = {}
    for split, names in images.FILES.items():
        labels = random.permutation(np.arange(25) % 10).astype(np.uint8)
        pictures = random.integers(256, size=(25, 28, 28), dtype=np.uint8)
        payloads = [
            bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()
            for array in (pictures, labels)
        ]
        digests[split] = tuple(map(sha256, payloads))
        for name, payload in zip(names, payloads, strict=True):
            server.files[f"{name}.gz"] = gzip.compress(payload)
    tiny = images.ImageSet(server.home, "no licence", digests)
    monkeypatch.setitem(images.SETS, "mnist", tiny)
    return tiny
