"""Formulas of the chapters: each is what its derivation says, and nobody sees a marker."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from genedu import derivations
from genedu.derivations.printing import latex
from genedu.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import formulas  # noqa: E402

EXTENSIONS = {"amsmath", "attrs_block", "colon_fence", "deflist", "dollarmath", "substitution"}
CELL = """\
Prose before, with $c_j$.

<!-- formula: bm-gradient definition Phi(x) -->
$$
\\Phi(x) = -\\sum_{i} b_{i} x_{i} - \\sum_{i<j} W_{ij} x_{i} x_{j} ,
$$

so that $$ 1 + 1 $$ stays.
"""


def marked_cells():
    for path in formulas.notebooks():
        for cell in json.loads(path.read_text(encoding="utf8"))["cells"]:
            text = "".join(cell["source"])
            if cell["cell_type"] == "markdown" and formulas.MARKED.search(text):
                yield pytest.param(text, id=f"{path.stem[:2]}-{cell['id']}")


@pytest.fixture
def book(tmp_path):
    """A book of one chapter with one marked formula."""
    (tmp_path / "chapters").mkdir()
    notebook = {
        "cells": [
            {"cell_type": "markdown", "id": "a", "metadata": {}, "source": CELL.splitlines(True)},
            {"cell_type": "code", "id": "b", "metadata": {}, "source": [f"text = '''{CELL}'''"]},
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (tmp_path / "chapters" / "01-a.ipynb").write_text(text, encoding="utf8")
    return tmp_path


def replaced(book, old: str, new: str) -> None:
    path = book / "chapters" / "01-a.ipynb"
    notebook = json.loads(path.read_text(encoding="utf8"))
    source = "".join(notebook["cells"][0]["source"]).replace(old, new)
    notebook["cells"][0]["source"] = source.splitlines(keepends=True)
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf8")


def test_every_marked_formula_is_what_its_derivation_says():
    stale = formulas.rewrite(write=False)
    assert not stale, f"run `python tools/formulas.py` and read what it changed: {stale}"


def test_every_chapter_has_a_marked_formula():
    chapters = {p.name for p in formulas.notebooks() if re.match("0[1-5]-", p.name)}
    marked = {p.name for p in formulas.notebooks() if "<!-- formula: " in p.read_text("utf8")}
    assert chapters <= marked


def test_a_formula_edited_by_hand_is_found_and_mended(book):
    path = book / "chapters" / "01-a.ipynb"
    committed = path.read_bytes()
    assert formulas.rewrite(book) == []
    replaced(book, "W_{ij} x_{i}", "W_{ij} x_{j}")
    edited = path.read_bytes()
    assert formulas.rewrite(book, write=False) == ["01-a.ipynb: a"]
    assert path.read_bytes() == edited
    assert formulas.rewrite(book) == ["01-a.ipynb: a"]
    assert path.read_bytes() == committed


def test_a_marker_without_a_formula_gets_one(book):
    path = book / "chapters" / "01-a.ipynb"
    formula = CELL[CELL.index("$$") : CELL.index("\n\nso that")]
    replaced(book, "\n" + formula, "")
    formulas.rewrite(book)
    (source,) = (
        c["source"] for c in json.loads(path.read_text("utf8"))["cells"] if c["id"] == "a"
    )
    assert "".join(source) == CELL.replace("x_{j} ,\n", "x_{j}\n")


@pytest.mark.parametrize("end", ["", ".", ","])
@pytest.mark.parametrize("says", ["rbm-gradient definition c_j", "rbm-gradient claim 2"])
def test_what_ends_a_formula_stays(says, end):
    once = formulas.written(f"<!-- formula: {says} -->\n$$\nold {end}\n$$\n")
    assert formulas.written(once) == once
    body = once.split("$$")[1].replace("\\end{aligned}", "").rstrip()
    assert body.endswith(f" {end}") if end else body[-1] not in ".,"


@pytest.mark.parametrize(
    ("says", "typed"),
    [
        ("bm-gradient definition p(x); definition Z", "p(x)=e^-Phi(x)/Z, Z=sum_x e^-Phi(x)"),
        ("rbm-gradient lines 0 6", "log p(v)=-F(v)-log Z"),
        ("rbm-gradient definition p(v)", "p(v)=sum_h p(v,h)"),
        ("f-gan definition JSD(P||Q)", "JSD(P|Q)=1/2 KL(p|m)+1/2 KL(q|m)"),
        (
            "gaussian-mle slip 1",
            "KL(p_data|p_theta)=E_p_data[log p_data(x)]-E_p_theta[log p_theta(x)]",
        ),
        ("vae-elbo claim 1", "log p(x) geq E_q(z|x)[log p(x|z)]-KL(q(z|x)|p(z))"),
    ],
)
def test_a_formula_reads_as_a_lecturer_types_it(says, typed):
    text = re.sub(r"\\frac\{(.*?)\}\{(\w+)\}", r"\1/\2", formulas.formula(says))
    text = text.replace(r"\mid", "|").replace(r"\|", "|")
    text = re.sub(
        r"\\(?:begin|end)\{aligned\}|\\(?:text|math\w+|q?quad)|\\[,\\]|[\\{}&\s]", "", text
    )
    assert text == typed.replace(" ", "")


@pytest.mark.parametrize(
    ("board", "prose"),
    [
        (r"\sigma\left(c_j\right)", r"\sigma(c_j)"),
        (r"\left(1 - \sigma\left(c_j\right)\right)", r"(1 - \sigma(c_j))"),
        (r"\left(\frac{a}{b}\right)", r"\left(\frac{a}{b}\right)"),
        (r"\sigma\left(b + \sum_{i} x\right)", r"\sigma\left(b + \sum_{i} x\right)"),
        (r"\left\langle v\right\rangle_{0}", r"\langle v\rangle_{0}"),
        (r"\frac{\left|S_1\right|}{2}", r"\frac{\lvert S_1\rvert}{2}"),
        (r"p(\mathbf{h}\mid\mathbf{v})", r"p(h\mid v)"),
        (
            r"\mathbb{E}_{p_{\text{data}}(x)}\left[f(x)\right]",
            r"\mathbb{E}_{p_{\text{data}}}[f(x)]",
        ),
        (r"\mathbb{E}_{q(z \mid x)}\left[z\right]", r"\mathbb{E}_{q(z \mid x)}[z]"),
        (r"\mathrm{KL}\left(p(x) \,\|\, q(x)\right)", r"\mathrm{KL}(p \,\|\, q)"),
    ],
)
def test_a_line_of_the_board_in_prose(board, prose):
    assert formulas.in_prose(board) == prose


@pytest.mark.parametrize("id", derivations.ids())
def test_brackets_stay_in_pairs(id):
    for step in derivations.load(id).steps:
        before, after = latex(step.expr), formulas.snug(latex(step.expr))
        assert after.count(r"\left") - after.count(r"\leftarrow") == after.count(r"\right")
        for sign in "()[]{}":  # the same brackets, only smaller
            assert before.count(sign) == after.count(sign)


@pytest.mark.parametrize(
    ("says", "answer"),
    [
        ("bm-gardient claim 1", "did you mean 'bm-gradient'"),
        ("bm-gradient claim 2", "an integer from 1 to 1"),
        ("bm-gradient lines 0 99", "an integer from 0 to 9"),
        ("bm-gradient lines 3", "two or more lines of one chain"),
        ("gaussian-mle lines 2 3", "two or more lines of one chain"),
        ("bm-gradient definition E(v,h)", r"Accepted: Phi\(x\), Z, p\(x\)"),
        ("bm-gradient slip x", "an integer from 1 to"),
        ("bm-gradient line 3", "`claim K`, `lines N …`, `definition NAME` or `slip K`"),
        ("bm-gradient", "`claim K`, `lines N …`"),
    ],
)
def test_a_wrong_marker_is_told_what_there_is(book, says, answer):
    replaced(book, "bm-gradient definition Phi(x)", says)
    before = (book / "chapters" / "01-a.ipynb").read_bytes()
    with pytest.raises(InputError, match=f"^01-a.ipynb, cell a: .*{answer}"):
        formulas.rewrite(book)
    assert (book / "chapters" / "01-a.ipynb").read_bytes() == before


def test_an_inequality_between_lines_keeps_its_sign():
    (left, ((sign, _), (equal, _))) = formulas.statements("gaussian-mle lines 5 8 9")[0]
    assert left.startswith("-N")
    assert (sign, equal) == (r"\leq", "=")


class Words(HTMLParser):
    """The text of a page, without comments."""

    def __init__(self):
        super().__init__()
        self.words = ""

    def handle_data(self, data):
        self.words += data


@pytest.mark.parametrize("text", list(marked_cells()))
def test_nobody_sees_a_marker(text):
    parser = create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS), RendererHTML)
    tokens = parser.parse(text)
    displays = [token.content.strip() for token in tokens if token.type == "math_block"]
    comments = [token.content.strip() for token in tokens if token.type == "html_block"]
    for found in formulas.MARKED.finditer(text):
        assert (
            found[0].split("\n")[0] in comments
        )  # a comment of its own, not words of a paragraph
        assert found[0].split("$$")[1].strip() in displays
    page = Words()
    page.feed("".join(token.content for token in tokens if token.type in ("html_block", "inline")))
    assert "<!--" not in page.words


def test_the_command_says_what_differs():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "formulas.py", "--check"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "cells whose formulas differ: none\n")
