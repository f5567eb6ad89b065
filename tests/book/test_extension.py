"""genedu.site under plain sphinx-build: buttons by repository, no other host, an honest cache."""

import json
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path

import pytest

from genedu import recipes, site
from genedu.errors import StorageError

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend" / "node_modules"
WORDS = "# A page\n\nSome $x^2$ mathematics.\n"
CELL = {"cell_type": "markdown", "id": "title", "metadata": {}}
NOTEBOOK = {
    "metadata": {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


CONF = """
extensions = ["myst_nb", "sphinx_book_theme", "sphinx_thebe", "genedu.site"]
myst_enable_extensions = ["dollarmath"]
root_doc = "page"
html_theme = "sphinx_book_theme"
html_theme_options = {{"repository_url": {repository!r}}}
genedu_frontend = {frontend!r}
nb_execution_mode = "off"
"""


def build(folder, repository, words=WORDS, **pages):
    """Build a notebook, and other pages by name, with plain sphinx-build; return its page."""
    source, site = folder / "source", folder / "_build" / "html"
    source.mkdir()
    notebook = {**NOTEBOOK, "cells": [{**CELL, "source": words}]}
    (source / "page.ipynb").write_text(json.dumps(notebook))
    for name, text in pages.items():
        (source / f"{name}.md").write_text(text)
    (source / "conf.py").write_text(CONF.format(repository=repository, frontend=str(FRONTEND)))
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(source), str(site)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return (site / "page.html").read_text(encoding="utf8")


@pytest.mark.parametrize(
    ("repository", "repository_button", "colab"),
    [
        ("", False, False),
        ("https://github.com/someone/copy", True, True),
        ("https://gitlab.com/someone/copy", True, False),
        ("https://git.example.org/someone/copy", False, False),
    ],
)
def test_buttons_follow_the_repository(tmp_path, repository, repository_button, colab):
    page = build(tmp_path, repository)
    assert ("source-repository-button" in page) is repository_button
    assert ("colab.research.google.com/github/someone/copy/blob/" in page) is colab
    assert "_sources/page.ipynb" in page  # the download button stays
    for foreign in ("unpkg", "jsdelivr", "cdnjs", "fontawesome.js", "thebe"):
        assert foreign not in page
    static = tmp_path / "_build" / "html" / "_static"
    assert (static / "vendor/mathjax/tex-mml-chtml.js").is_file()
    assert (static / "vendor/fonts/source-serif-4-latin-wght-normal.woff2").is_file()
    assert not (static / "scripts" / "fontawesome.js").exists()


def test_the_code_of_a_derivation_is_linked_where_there_is_a_repository(tmp_path):
    contents = "# A page\n\n```{derivation} bm-conditional\n```\n"
    page = build(tmp_path, "https://github.com/someone/copy", contents)
    file = "https://github.com/someone/copy/blob/main/genedu/models/boltzmann.py"
    assert f'<a href="{file}"><code>genedu.models.boltzmann' in page


def test_model_cards_say_what_the_manifest_says(tmp_path):
    page = build(tmp_path, "", "# A page\n\n```{model-cards}\n```\n")
    for name, entry in recipes.checkpoints().items():
        assert f"recipes.load('{name}')" in page.replace("&#39;", "'")
        assert entry.sha256 in page
        assert escape(entry.licence) in page
        for value, unit, _ in entry.metrics.values():
            assert f" {value:.4g}".replace("-", "−") in page
            assert unit in page


@pytest.mark.parametrize(
    ("body", "loaded"),
    [
        ("<p>words, and a price of $5</p>", False),
        ('<section class="tex2jax_ignore mathjax_ignore"><p>words</p></section>', False),
        ('<p><span class="math notranslate nohighlight">x</span></p>', True),
        ('<div class="amsmath math notranslate nohighlight">x</div>', True),
        ('<div class="cell docutils container">a widget with a label in TeX</div>', True),
    ],
)
def test_mathjax_is_loaded_where_something_may_need_it(body, loaded):
    other = '<script>let other = "MathJax";</script>'
    config = '<script>window.MathJax = {"tex": {"inlineMath": [["$", "$"]]}}</script>'
    script = '<script defer="defer" src="../_static/vendor/mathjax/tex-mml-chtml.js"></script>'
    page = f"{other}{config}{script}{body}"
    assert site.lighten(page) == (page if loaded else other + body)


def test_a_page_of_words_above_a_page_of_mathematics_loads_no_mathjax(tmp_path):
    contents = "# A page\n\n```{toctree}\nbelow\n```\n"
    front = build(tmp_path, "", contents, below="# Below\n\nSome $x^2$ mathematics.\n")
    below = (tmp_path / "_build" / "html" / "below.html").read_text(encoding="utf8")
    assert "below.html" in front
    assert "MathJax" not in front
    assert "tex-mml-chtml.js" not in front
    assert "window.MathJax = " in below
    assert "tex-mml-chtml.js" in below


def test_missing_front_end_files_are_named(tmp_path):
    with pytest.raises(StorageError, match=r"has no `tex-mml-chtml\.js`; run `make book`"):
        site.vendor(tmp_path / "nothing", tmp_path / "static")


def test_fingerprint_follows_the_code_and_the_budget_but_not_the_site(tmp_path, monkeypatch):
    package = tmp_path / "genedu"
    shutil.copytree(ROOT / "genedu" / "site", package / "site")
    (package / "models.py").write_text("a = 1")
    monkeypatch.setattr(site, "HERE", package / "site")
    monkeypatch.delenv("GENEDU_BUDGET", raising=False)
    before = site.fingerprint()
    (package / "site" / "static" / "genedu.css").write_text("p { color: red }")
    assert site.fingerprint() == before
    (package / "models.py").write_text("a = 2")
    after = site.fingerprint()
    assert after != before
    monkeypatch.setenv("GENEDU_BUDGET", "full")
    assert site.fingerprint() != after
