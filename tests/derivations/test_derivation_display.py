"""What a reader sees: LaTeX that means what was proved, and HTML that needs nothing else."""

import re
from html.parser import HTMLParser

import pytest
from sympy import Integer, Max, Rational, exp, log, sqrt, symbols

from genedu import derivations
from genedu.derivations.averages import DataAvg, DataSum, StateSum
from genedu.derivations.calculus import Grad, LogGap
from genedu.derivations.nodes import IndexSum, Named, Tensor, board, indices
from genedu.derivations.printing import latex
from genedu.derivations.render import mathml

a, b, c, x, N = symbols("a b c x N")
i, M = indices("i M")
t = Tensor("t", M)
f = Named("f", a + b)
IDS = derivations.ids()

with board():
    SUM = IndexSum(t[i], (i, M))
    PRINTED = [
        (b - a, "b - a"),
        (a - (b - c), r"a - \left(b - c\right)"),
        (a + b + c, "a + b + c"),
        (a + (b + c), r"a + \left(b + c\right)"),
        (-(a - b), r"-\left(a - b\right)"),
        (-a * (b + c), r"-a \left(b + c\right)"),
        (a / b / c, r"\frac{\frac{a}{b}}{c}"),
        (a / (b * c), r"\frac{a}{b c}"),
        (a / b * c, r"\frac{a}{b} c"),
        (a * c / b, r"\frac{a c}{b}"),
        (-N / 2 * (a + b), r"-\frac{N}{2} \left(a + b\right)"),
        ((a + b) / c, r"\frac{a + b}{c}"),
        (1 / (a + b) ** 2, r"\frac{1}{\left(a + b\right)^{2}}"),
        (Rational(2, 3) * a, r"\frac{2}{3} a"),
        (a * Integer(2), r"a \cdot 2"),
        ((-a) ** 2, r"\left(-a\right)^{2}"),
        ((a * b) ** 2, r"\left(a b\right)^{2}"),
        (sqrt(2 * a), r"\sqrt{2 a}"),
        (log(a * b), r"\log \left(a b\right)"),
        (log(a / b), r"\log \frac{a}{b}"),
        (log(a / b * c), r"\log \left(\frac{a}{b} c\right)"),
        (log(a) * b, r"\left(\log a\right) b"),
        (b * log(a), r"b \log a"),
        (exp(-(a - b)), r"e^{-\left(a - b\right)}"),
        (exp(SUM), r"\exp\left(\sum_{i} t_{i}\right)"),
        (SUM * a, r"\left(\sum_{i} t_{i}\right) a"),
        (a * SUM, r"a \sum_{i} t_{i}"),
        (IndexSum(a + t[i], (i, M)), r"\sum_{i} \left(a + t_{i}\right)"),
        (IndexSum(-t[i], (i, M)), r"\sum_{i} \left(-t_{i}\right)"),
        (StateSum(f * a, t), r"\sum_{\mathbf{t}} f a"),
        (Grad(f, t), r"\frac{\partial f}{\partial \theta}"),
        (Grad(a * b, t), r"\frac{\partial}{\partial \theta}\left(a b\right)"),
        (Grad(log(f), t), r"\frac{\partial}{\partial \theta}\log f"),
        (Grad(f, t) * a, r"\left(\frac{\partial f}{\partial \theta}\right) a"),
        (a * LogGap(b), r"a \left(b - 1 - \log b\right)"),
        (DataSum(x - a, x, N), r"\sum_{n=1}^{N} \left(x^{(n)} - a\right)"),
        (Max(0, a / b), r"\max\left(0, \frac{a}{b}\right)"),
        (DataAvg(x, x) ** 2, r"\left\langle x\right\rangle_{\text{data}}^{2}"),
    ]


@pytest.mark.parametrize(("line", "wanted"), PRINTED, ids=[w for _, w in PRINTED])
def test_lines_print_as_written(line, wanted):
    assert latex(line) == wanted


class Page(HTMLParser):
    """Checks nesting; collects tags with their attributes, and text by the tag it is in."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(html)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def count(self, tag):
        return sum(name == tag for name, _ in self.tags)


@pytest.fixture(scope="module")
def pages():
    return {id: derivations.load(id).to_html() for id in IDS}


@pytest.mark.parametrize("id", IDS)
def test_a_page_has_every_line_reason_and_verdict(id, pages):
    d, page = derivations.load(id), Page(pages[id])
    numbers = [int(attrs["value"]) for tag, attrs in page.tags if tag == "li" and "value" in attrs]
    assert numbers == list(range(len(d.steps)))
    labels = [attrs.get("aria-label") for _, attrs in page.tags]
    assert all(f"Line {n}" in labels for n in numbers)
    assert labels.count("Claim") == len(d.chains)
    assert page.count("ol") == len(d.chains)
    assert page.count("details") == len(d.links()) + bool(d.slips)
    assert page.count("summary") == page.count("details")
    words = " ".join(page.words)
    assert words.count("✓ proved") == len(d.links())
    assert "✗" not in words
    assert words.count("agree to") == len(d.implementations)
    assert words.count("rejected at line") == len(d.slips)
    for item in d.implementations:
        assert item.name in words


@pytest.mark.parametrize("id", IDS)
def test_a_page_needs_nothing_from_elsewhere(id, pages):
    page = Page(pages[id])
    assert not page.count("script") + page.count("link") + page.count("img")
    names = {name for _, attrs in page.tags for name in attrs}
    assert not names & {"class", "id", "src", "href", "onclick"}
    assert not re.search(r"https?://(?!www\.w3\.org/)", pages[id])
    inside = [attrs.get("style", "") for _, attrs in page.tags]
    assert not any(re.search(r"(?<![-\w])(color|background)", style) for style in inside)


@pytest.mark.parametrize("id", IDS)
def test_no_latex_is_left_over_in_the_mathml(id, pages):
    words = " ".join(Page(pages[id]).words)
    assert not re.search(r"\\[a-zA-Z]", words)
    assert "$" not in words
    assert "_{" not in words


def test_folds_are_closed_first_and_open_on_demand():
    d = derivations.load("bm-conditional")
    assert not any(
        "open" in attrs for tag, attrs in Page(d._repr_html_()).tags if tag == "details"
    )
    revealed = Page(d.reveal()._repr_html_())
    assert all("open" in attrs for tag, attrs in revealed.tags if tag == "details")
    assert repr(d.reveal()) == repr(d) == str(d)


def test_names_are_defined_before_they_are_used():
    html = derivations.load("bm-gradient").to_html()
    first = [
        html.index(mathml(line, large=True))
        for line in (
            r"\Phi(\mathbf{x}) = -\sum_{i} b_{i} x_{i} - \sum_{i<j} W_{ij} x_{i} x_{j}",
            r"Z = \sum_{\mathbf{x}} e^{-\Phi(\mathbf{x})}",
            r"p(\mathbf{x}) = \frac{e^{-\Phi(\mathbf{x})}}{Z}",
        )
    ]
    assert first == sorted(first)


def test_a_line_that_fails_says_so_on_the_page():
    d = derivations.load("bm-conditional")
    words = " ".join(Page(d.replace(5, d.steps[5].expr * 2).to_html()).words)
    assert words.count("✗ refuted: ") == 2
    assert "is false at a witness" in words


def test_a_minus_sign_belongs_to_what_follows_it():
    assert "<mo form='prefix'>&#x02212;</mo>" in mathml(r"= -a")
    assert "<mo form='prefix'>&#x02212;</mo>" in mathml(r"\left\langle -a\right\rangle")
    assert "prefix" not in mathml("a - b")


@pytest.mark.parametrize("id", IDS)
def test_latex_holds_every_line_of_every_chain(id):
    d = derivations.load(id)
    source = d._repr_latex_()
    assert source.count(r"\begin{aligned}") == source.count(r"\end{aligned}") == len(d.chains)
    for step in d.steps:
        assert latex(step.expr) in source


def test_a_report_shows_as_a_table_and_as_text():
    report = derivations.load("bm-conditional").verify()
    page = Page(report._repr_html_())
    assert page.count("tr") == len(report.rows) + 1
    assert "all evidence holds" in " ".join(page.words)
    text = str(report)
    assert text.startswith("bm-conditional: ok")
    assert len(text.splitlines()) == len(report.rows) + 1


def test_a_bound_says_where_it_is_an_equality_and_what_that_rests_on(pages):
    words = " ".join(Page(pages["vae-elbo"]).words)
    assert "proved to be 0 if" in words
    assert "almost everywhere, and only then" in words
    assert "Taken from analysis: an integral of what is not negative is 0 only if" in words
    assert "is positive for every" in words
    strict = " ".join(Page(pages["gan-optimal-discriminator"]).words)
    assert ", which is positive." in strict
    # a parameter that stands for another is explained
    assert re.search(r"proved to be 0 if .*?, with .*?, and only then", strict)
