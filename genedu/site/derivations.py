"""Directives for the pages that are made from the derivations themselves.

``{derivation} ID`` shows one derivation, ``{derivation-index}`` all of them in short, and
``{common-slips}`` every wrong form that is often printed. What they show is verified while the
page is made, so a page cannot disagree with the machine.
"""

import json
from functools import cache
from html import escape
from math import isnan
from pathlib import Path

import numpy as np
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .. import derivations
from ..derivations.printing import latex
from ..derivations.refuter import values, witnesses
from ..derivations.render import SIGNS, formula, prose
from ..derivations.scope import Matrix, NotComputable

__all__ = ["CommonSlips", "DerivationIndex", "ShowDerivation", "chapters_of", "two_values"]

PACKAGE = Path(derivations.__file__).parent


@cache
def _load(id: str):
    return derivations.load(id)


def two_values(derivation, slip) -> tuple[float, float] | None:
    """The line and its slip as numbers, at that of six witnesses where they are farthest apart.

    Of matrices the entry that differs most; None where there is no number.

    >>> right, wrong = two_values(d := derivations.load("gaussian-mle"), d.slips[0])
    >>> abs(right - wrong) > 0.01
    True
    """
    chain = derivation.chains[derivation.place(slip.step)[0]]
    found = []
    for point in witnesses(chain.setting, 6):
        try:
            right = values(derivation.steps[slip.step].expr, point)
            wrong = values(slip.expr, point)
        except NotComputable:
            continue
        if isinstance(right, Matrix) and np.shape(right) == np.shape(wrong):
            entry = np.unravel_index(np.abs(right - wrong).argmax(), right.shape)
            right, wrong = right[entry], wrong[entry]
        if np.size(right) == np.size(wrong) == 1:
            found.append((float(right), float(wrong)))
    return max(found, key=_apart, default=None)


def _apart(pair: tuple[float, float]) -> float:
    right, wrong = pair
    return abs(right - wrong) / (0.1 + abs(right) + abs(wrong))


def chapters_of(source: Path) -> dict[str, list[tuple[str, str]]]:
    """``{id: [(page, title), ...]}``: the chapters that show each derivation."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((source / "chapters").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf8"))["cells"]
        text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        title = "".join(cells[0]["source"]).lstrip("# ").splitlines()[0]
        for id in derivations.ids():
            if f'load("{id}")' in text:
                found.setdefault(id, []).append((f"chapters/{path.stem}", title))
    return found


class _Page(SphinxDirective):
    """Shared: raw HTML, made again when a derivation changes."""

    def depend(self):
        for path in PACKAGE.rglob("*.py"):
            self.env.note_dependency(str(path))

    def raw(self, html: str) -> nodes.raw:
        return nodes.raw("", html, format="html")

    def section(self, title: str, id: str, html: str) -> nodes.section:
        section = nodes.section(ids=[id], names=[nodes.fully_normalize_name(title)])
        section += nodes.title("", title)
        section += self.raw(html)
        return section

    def link(self, page: str, text: str) -> str:
        return f'<a href="{escape(self.relative(page))}">{escape(text)}</a>'

    def relative(self, page: str) -> str:
        return self.env.app.builder.get_relative_uri(self.env.docname, page)


class ShowDerivation(_Page):
    """One derivation, every line folded."""

    required_arguments = 1

    def run(self):
        self.depend()
        return [self.raw(_load(self.arguments[0]).to_html())]


def signed(value: float) -> str:
    """A number with a true minus sign.

    >>> signed(-0.5)
    '−0.500'
    """
    return f"{value:.3f}".replace("-", "−")


def summary(report) -> str:
    """What the machine found, in one line."""
    counts = [
        (report.count("proved"), "proved"),
        (report.count("proved at size"), "proved at a stated size"),
        (report.count("tested"), "tested with numbers"),
    ]
    lines = ", ".join(f"{n} {words}" for n, words in counts if n)
    code, slips = report.count("compared"), report.count("slip rejected")
    return f"Links: {lines}. Compared with code: {code}. Slips rejected: {slips}. " + (
        "All evidence holds." if report.ok else "SOME EVIDENCE FAILS."
    )


class DerivationIndex(_Page):
    """All derivations in short: statement, claim, evidence, code, chapter."""

    def run(self):
        self.depend()
        chapters = chapters_of(Path(self.env.srcdir))
        return [self.entry(id, chapters.get(id, [])) for id in derivations.ids()]

    def entry(self, id, chapters):
        d = _load(id)
        claim = d.claim
        shown = f"{latex(claim.left)} {SIGNS[claim.relation]} {latex(claim.right)}"
        names = dict.fromkeys(item.name for item in d.implementations)
        code = ", ".join(f"<code>{escape(name)}</code>" for name in names)
        seen = ", ".join(self.link(page, title) for page, title in chapters)
        page = f"{Path(self.env.docname).parent.as_posix()}/derivations/{id}"
        html = (
            f"<p>{prose(d.statement)}</p>{formula(shown, 'Claim')}"
            f"<p>{escape(summary(d.report))}<br>Code: {code}<br>"
            f"{self.link(page, f'All {len(d.steps)} lines')}"
            + (f"; in {seen}" if seen else "")
            + f" (<code>{id}</code>)</p>"
        )
        return self.section(d.title, id, html)


def short(value: float) -> str:
    """A measured number as it is read.

    >>> short(float("nan")), short(-0.5), short(9)
    ('undefined', '−0.5', '9')
    """
    return "undefined" if isnan(value) else f"{value:.3g}".replace("-", "−")


class CommonSlips(_Page):
    """Every slip of every derivation, and of what is no equation: the printed form, why it is
    wrong, two numbers.
    """

    def run(self):
        self.depend()
        return [
            self.section(_load(id).title, f"slips-{id}", self.entries(id))
            for id in derivations.ids()
            if _load(id).slips
        ] + [self.section("Data and code", "slips-facts", self.facts())]

    def facts(self):
        items = []
        for fact in derivations.FACTS:
            if not (row := fact.check()).ok:
                raise self.error(row.note)
            measured = (
                f"{prose(fact.number[0].upper() + fact.number[1:])} is {short(fact.right)}; with "
                f"the slip it would be {short(fact.wrong)}."
            )
            items.append(
                f'<h3 style="overflow:auto hidden">{prose(fact.printed)}</h3>'
                f"<p>{prose(fact.why)}</p><p>{measured}</p>"
            )
        return "".join(items)

    def entries(self, id):
        d = _load(id)
        folder = Path(self.env.docname).parent.as_posix()
        items = []
        for slip in d.slips:
            right = formula(latex(d.steps[slip.step].expr), "What holds")
            numbers = two_values(d, slip)
            shown = ""
            if numbers:
                shown = (
                    f"<p>At numbers drawn at random this line is {signed(numbers[0])}; with the "
                    f"slip it would be {signed(numbers[1])}.</p>"
                )
            items.append(
                f'<h3 style="overflow:auto hidden">{prose(slip.printed)}</h3>'
                f"<p>{prose(slip.why)}</p>"
                f"<details><summary>What holds</summary>{right}</details>{shown}"
            )
        link = self.link(f"{folder}/derivations/{id}", "The derivation")
        return "".join(items) + f"<p>{link}</p>"
