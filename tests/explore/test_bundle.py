"""The committed bundle is what the sources give, and the sources pass their own checks."""

import os
import shutil
import subprocess

import pytest
from page_bundle import BUNDLE, NODE_PATH, ROOT

FRONTEND = ROOT / "frontend"


def node(*arguments):
    if not (FRONTEND / "node_modules" / "esbuild").is_dir():
        pytest.fail("frontend/node_modules is not there: run `make frontend`.", pytrace=False)
    command = [shutil.which("node", path=NODE_PATH), *map(str, arguments)]
    environment = {**os.environ, "PATH": NODE_PATH}
    done = subprocess.run(
        command, cwd=FRONTEND, env=environment, capture_output=True, text=True, encoding="utf8"
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_bundle_is_built_from_the_sources(tmp_path):
    node("build.mjs", tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(made) == {"explore.js", "explore.css", "stub.js"}
    for name, data in made.items():
        committed = (BUNDLE.parent / name).read_bytes()
        assert data == committed, f"{name} is not built from frontend/src: run `make frontend`"


def test_types():
    node("node_modules/typescript/bin/tsc", "--noEmit")


def test_the_parts_that_need_no_page():
    node("--test", "test/*.test.ts")


def test_no_other_host_is_named():
    text = BUNDLE.read_text(encoding="utf8")
    assert "https://" not in text
    assert text.count("http://") == text.count("http://www.w3.org/2000/svg")
    assert str(ROOT) not in text
