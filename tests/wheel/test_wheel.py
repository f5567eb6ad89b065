"""The chapters run whole from the installed wheel, in an empty folder, without a network.

The environment is what Colab gives: the pinned torch and NumPy, ipywidgets 7.7.1. It lives in
``_build/wheel`` and is made again only when the pins or the package's metadata change.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "_build" / "wheel"
OFFLINE = Path(__file__).with_name("offline")
COLAB = ("ipywidgets==7.7.1", "ipython_genutils==0.2.0")
RUNNER = ("ipykernel", "nbval", "pytest", "pytest-xdist")
SOURCES = ("pyproject.toml", "README.md", "LICENSE")


def run(*command, log: Path | None = None, **options) -> str:
    """Run a command; return what it printed, or fail with it. A ``log`` keeps it in any case."""
    options.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if log:
        log.write_text(done.stdout, encoding="utf8")
    if done.returncode:
        pytest.fail(f"{' '.join(map(str, command))}\n{done.stdout[-8000:]}", pytrace=False)
    return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel of the working tree, built from a copy so that no old build folder leaks in."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copy(ROOT / name, folder)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "genedu", folder / "genedu", ignore=ignore)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel")
    run(*pip, "--no-deps", "--no-build-isolation", "-w", folder / "dist", folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


def requirements(wheel: Path) -> list[str]:
    """Return what the wheel's metadata asks for."""
    folder = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    metadata = zipfile.ZipFile(wheel).read(f"{folder}/METADATA").decode()
    return Parser().parsestr(metadata).get_all("Requires-Dist")


@pytest.fixture(scope="session")
def python(wheel):
    """The Python of the wheel's own environment, with this wheel in it."""
    pins = [
        line.partition("#")[0].strip()
        for line in (ROOT / "requirements.txt").read_text(encoding="utf8").splitlines()
    ]
    pins = list(filter(None, pins))
    key = "\n".join([*pins, *COLAB, *requirements(wheel), sys.version])
    key = hashlib.sha256(key.encode()).hexdigest()
    environment = HOME / f"env-{key[:12]}"
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    if not (environment / ".complete").exists():
        for old in HOME.glob("env-*"):
            shutil.rmtree(old)
        HOME.mkdir(parents=True, exist_ok=True)
        run(sys.executable, "-m", "venv", environment)
        constraints = HOME / "constraints.txt"
        constraints.write_text("\n".join(pins) + "\n")
        run(*pip, "--constraint", constraints, *RUNNER, wheel)
        run(*pip, "--no-deps", *COLAB)  # their other dependencies serve the page, not the kernel
        (environment / ".complete").touch()
    run(*pip, "--no-deps", "--force-reinstall", wheel)
    return python


@pytest.fixture
def clean(tmp_path):
    """Settings of a process that knows nothing of this repository, its user or any network."""
    private = ("PYTHON", "JUPYTER", "IPYTHON", "GENEDU", "PYTEST", "MPL")
    env = {name: value for name, value in os.environ.items() if not name.startswith(private)}
    (tmp_path / "home").mkdir()
    env |= {"HOME": str(tmp_path / "home"), "PYTHONPATH": str(OFFLINE), "GENEDU_BUDGET": "quick"}
    return env


def test_the_chapters_run_from_the_wheel(python, clean, tmp_path):
    folder = ROOT / "chapters"
    chapters = sorted([*folder.glob("*.ipynb"), *folder.glob("appendix/*.ipynb")])
    assert chapters, "there are no chapters to run"
    empty = tmp_path / "empty"
    empty.mkdir()
    for chapter in chapters:
        shutil.copy(chapter, empty)
    command = (python, "-m", "pytest", "--nbval-lax", "--nbval-cell-timeout", "600")
    command += ("-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider", "--color", "no")
    files = [empty / chapter.name for chapter in chapters]
    said = run(*command, *files, cwd=empty, env=clean, log=HOME / "notebooks.log")
    closing = said.strip().splitlines()[-1]
    assert re.search(r"\b\d+ passed\b", closing)
    assert "skipped" not in closing


def test_import_is_light(python, clean, tmp_path):
    code = """
import genedu, sys
print([name for name in ("torch", "sympy", "matplotlib") if name in sys.modules])
print(genedu.__file__)
"""
    loaded, file = run(python, "-c", code, cwd=tmp_path, env=clean).splitlines()
    assert loaded == "[]"
    assert not file.startswith(str(ROOT / "genedu"))


def test_the_network_is_really_blocked(python, clean, tmp_path):
    code = """
import socket
for ask in (lambda: socket.create_connection(("example.org", 80), 3),
            lambda: socket.socket().connect(("192.0.2.1", 80))):
    try:
        ask()
    except OSError as error:
        print(error)
"""
    said = run(python, "-c", code, cwd=tmp_path, env=clean).splitlines()
    assert [line.partition(",")[0] for line in said] == ["the tests have no network"] * 2


def test_the_wheel_is_content_with_what_colab_has(wheel, python):
    """Ranges only, and all of them hold already: pip has no reason to touch torch or NumPy."""
    pip = (python, "-m", "pip", "--disable-pip-version-check", "list", "--format=freeze")
    present = dict(line.split("==") for line in run(*pip).splitlines() if "==" in line)
    assert present["ipywidgets"] == "7.7.1"
    wanted = [Requirement(line) for line in requirements(wheel)]
    assert {"torch", "numpy"} <= {each.name for each in wanted}
    for each in wanted:
        assert all(limit.operator == ">=" for limit in each.specifier), f"{each} is not a range"
        assert each.specifier.contains(present[each.name]), f"{each}, but {present[each.name]}"


def test_the_wheel_has_what_the_package_needs(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "genedu/site/static/genedu.css",
        "genedu/data/bundled/NOTICE",
        "genedu/recipes/checkpoints/manifest.json",
        "LICENSE",
    ):
        assert any(name.endswith(needed) for name in names), needed
    strangers = [name for name in names if not name.startswith(("genedu/", "genedu-"))]
    assert not strangers
