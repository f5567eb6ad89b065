"""The setup cell: one text everywhere, the repository in it, and what it does without genedu."""

import importlib.metadata
import importlib.util
import json
import pathlib
import subprocess
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import repository as repository_tool  # noqa: E402
import setup_cell  # noqa: E402

URL = "https://github.com/someone/copy"
CONFIG = 'title: x\nrepository:\n  branch: main\n  url: ""  # unset\nhtml:\n  url: other\n'


@pytest.fixture
def book(tmp_path):
    """A book of one chapter that has no setup cell yet."""
    (tmp_path / "_config.yml").write_text(CONFIG)
    (tmp_path / "chapters").mkdir()
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# Été\n"]}
    notebook = {"cells": [title], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "chapters" / "01-a.ipynb").write_text(json.dumps(notebook), encoding="utf8")
    return tmp_path


def cells(book):
    return json.loads((book / "chapters" / "01-a.ipynb").read_text(encoding="utf8"))["cells"]


def source(repository):
    return "".join(setup_cell.setup_cell(repository)["source"])


def test_every_chapter_has_the_current_cell():
    stale = setup_cell.rewrite(setup_cell.repository_url(), write=False)
    assert not stale, f"run `python tools/setup_cell.py`: {[path.name for path in stale]}"


def test_the_cell_is_short_and_valid():
    for repository in ("", URL):
        compile(source(repository), "setup", "exec")
        assert len(source(repository).splitlines()) <= 15


def test_the_repository_is_set_in_both_places_and_can_be_unset(book):
    assert repository_tool.set_repository(URL + ".git/", book) == [book / "chapters/01-a.ipynb"]
    assert setup_cell.repository_url(book / "_config.yml") == URL
    assert (book / "_config.yml").read_text() == CONFIG.replace('url: ""', f'url: "{URL}"')
    assert [cell["id"] for cell in cells(book)] == ["title", "setup"]
    assert f'repository = "{URL}"\n' in cells(book)[1]["source"]
    assert repository_tool.set_repository(URL, book) == []  # nothing left to do
    repository_tool.set_repository("", book)
    assert (book / "_config.yml").read_text() == CONFIG
    assert 'repository = ""\n' in cells(book)[1]["source"]
    assert cells(book)[0]["source"] == ["# Été\n"]


def test_outputs_go_but_for_those_that_are_compared():
    shown = {"output_type": "execute_result", "execution_count": 7, "data": {}, "metadata": {}}
    cell = {"cell_type": "code", "execution_count": 7, "metadata": {}, "outputs": [shown]}
    kept = {**cell, "metadata": {"tags": ["keep_output"], "execution": {"iopub.status": "now"}}}
    notebook = {"cells": [cell, kept], "metadata": {"widgets": {}}, "nbformat": 4}
    bare, compared = setup_cell.stripped(notebook)["cells"]
    assert (bare["execution_count"], bare["outputs"]) == (None, [])
    assert compared["outputs"] == [{**shown, "execution_count": 1}]
    assert compared["execution_count"] == 1
    assert compared["metadata"] == {"tags": ["keep_output"]}
    assert "widgets" not in setup_cell.stripped(notebook)["metadata"]
    assert cell["outputs"] == [shown]


@pytest.mark.parametrize("url", ["someone/copy", "http://github.com/a/b", 'https://x/a/b"; evil'])
def test_what_is_no_address_changes_nothing(book, url):
    with pytest.raises(ValueError, match="an address like"):
        repository_tool.set_repository(url, book)
    assert (book / "_config.yml").read_text() == CONFIG


@pytest.fixture
def without_genedu(monkeypatch, tmp_path):
    """A process in which genedu seems to be missing, and pip only notes how it was called."""
    calls = []
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "genedu" else find_spec(name)
    )
    monkeypatch.setattr(subprocess, "run", lambda command, check: calls.append(command))
    monkeypatch.chdir(tmp_path)
    return calls


@pytest.mark.parametrize("repository", ["", URL])
def test_outside_colab_the_cell_says_what_to_do(without_genedu, repository):
    with pytest.raises(
        ModuleNotFoundError, match="genedu is not installed; run once: pip install"
    ):
        exec(source(repository), {})
    assert without_genedu == []


def test_in_colab_torch_and_numpy_are_pinned(without_genedu, monkeypatch, capsys):
    colab = types.SimpleNamespace(enable_custom_widget_manager=lambda: None)
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    monkeypatch.setitem(sys.modules, "google.colab.output", colab)
    names = {}
    exec(source(URL), names)
    (command,) = without_genedu
    assert command[1:4] == ["-m", "pip", "install"]
    assert command[-3:] == ["--constraint", "pins.txt", f"git+{URL}"]
    version = importlib.metadata.version
    assert pathlib.Path("pins.txt").read_text().split() == [
        f"torch=={version('torch')}",
        f"numpy=={version('numpy')}",
    ]
    assert names["device"] in ("cpu", "cuda")
    assert capsys.readouterr().out.startswith("genedu ")
