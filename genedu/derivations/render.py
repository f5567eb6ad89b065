"""How a derivation looks on a page: plain HTML with native MathML, no script, no stylesheet.

It must read the same in Colab (where an output is a frame without MathJax), on the static site,
on paper, in dark mode and aloud. So: an ordered list, ``<details>`` for the folds, words beside
every colour, and no colour but ``currentColor`` for text.
"""

import re
from functools import lru_cache
from html import escape

from .calculus import Iterate
from .matrices import Mat
from .nodes import Named
from .printing import latex
from .zeros import ALMOST

__all__ = ["Html", "chain_latex", "definitions", "derivation_html", "mathml", "report_html"]

SIGNS = {"=": "=", "≤": r"\leq", "≥": r"\geq", "<": "<", ">": ">"}
SPOKEN = {"=": "equals", "≤": "at most", "≥": "at least", "<": "less than", ">": "greater than"}
# A minus behind another operator or an opening bracket belongs to what follows it.
UNARY = re.compile(
    r"(<mo>(?:=|&#x0003D;|&lt;|&#x0003C;|&#x02264;|&#x02265;)</mo>|<mo [^>]*prefix[^>]*>[^<]*</mo>"
    r"|<mo stretchy=.false.>&#x00028;</mo>)<mo>&#x02212;</mo>"
)
GAP = "margin:.4em 0"
COLOURS = {True: "#2e8b57", False: "#d1453b"}
# A closed fold is open on paper.
STYLE = (
    "<style>@media print{[data-genedu=derivation] details::details-content"
    "{content-visibility:visible;block-size:auto;opacity:1}}</style>"
)


class Html:
    """Something that shows as HTML in a notebook and as its own text elsewhere."""

    def __init__(self, html: str, text: object = ""):
        self.html, self.text = html, str(text)

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


@lru_cache(maxsize=4096)
def mathml(source: str, large: bool = False) -> str:
    """Return LaTeX as a ``<math>`` element, ``large`` as in a displayed formula."""
    from latex2mathml.converter import convert

    spaced = re.sub(r"\\log (?!\\left\()", r"\\log\\,", source)  # MathML leaves no space by itself
    element = UNARY.sub(r"\1<mo form='prefix'>&#x02212;</mo>", convert(spaced))
    element = element.replace("&#x029F5;", "\\")  # few fonts have the set minus
    return element.replace("<math ", "<math displaystyle='true' ", 1) if large else element


def prose(text: str) -> str:
    """Escaped text with ``$math$`` in it."""
    pieces = text.split("$")
    return "".join(_inline(p) if k % 2 else escape(p) for k, p in enumerate(pieces))


def _inline(source: str) -> str:
    """A formula inside a sentence; a long one can be scrolled on a phone."""
    letters = re.sub(r"[{}^_\s]|\\[,;!]", "", re.sub(r"\\(?!log|text)[A-Za-z]+", "x", source))
    return _scrolled(mathml(source)) if len(letters) > 16 else mathml(source)


def _scrolled(formula: str) -> str:
    """A formula that can be scrolled where it is too wide."""
    style = "display:inline-block;max-width:100%;overflow:auto hidden;vertical-align:bottom"
    return f'<span style="{style}">{formula}</span>'


def chain_latex(chain) -> str:
    """One chain as an ``aligned`` environment."""
    first, *rest = chain.steps
    lines = [f"& {latex(first.expr)}"]
    lines += [rf"{SIGNS[step.relation]}\;& {latex(step.expr)}" for step in rest]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def definitions(chains) -> list[str]:
    """LaTeX of what every name in the lines stands for, each before it is used."""
    found: dict[str, str] = {}

    def visit(e):
        if isinstance(e, Iterate):
            _, rule, _, start, _ = e.args
            following = rf"{e.name}_{{k+1}} = {latex(rule)}"
            found.setdefault(latex(e), rf"{e.name}_{{0}} = {latex(start)},\quad {following}")
        elif isinstance(e, Named) and e.name not in found:
            visit(e.definition)  # what a definition rests on comes before it
            if e.shown:
                found[e.name] = f"{e.name} = {latex(e.definition)}"
        elif not isinstance(e, (Named, Mat)):
            for a in e.args:
                visit(a)

    for chain in chains:
        for step in chain.steps:
            visit(step.expr)
    return list(found.values())


def badge(ok: bool, words: str) -> str:
    """Evidence in words; the colour of the frame only repeats them."""
    mark = "✓" if ok else "✗"
    style = f"border:1px solid {COLOURS[ok]};border-radius:.7em;padding:0 .5em;font-size:.85em"
    return f'<span style="{style}">{mark} {escape(words)}</span>'


def formula(source: str, label: str) -> str:
    """A displayed formula that can be scrolled, also by keyboard, where it is too wide."""
    style = "overflow-x:auto;overflow-y:hidden;padding:.3em 0 .3em 1.5em"
    box = f'<div style="{style}" tabindex="0" role="group" aria-label="{escape(label)}">'
    return f"{box}{mathml(source, large=True)}</div>"


def bullets(title: str, items) -> str:
    """A titled list, or nothing if it is empty."""
    lines = "".join(f'<li style="{GAP}">{item}</li>' for item in items)
    return f"<p><strong>{escape(title)}</strong></p><ul>{lines}</ul>" if lines else ""


def _gap(gap, setting) -> str:
    """The gap of an inequality, where it is 0, and on what "only there" rests."""
    text = f" The gap is {_inline(latex(gap.expr))}"
    if gap.zero_when is None:
        return f"{text}, which is positive."
    where = " and ".join(
        _inline(f"{latex(what)} = {latex(value)}") for what, value in gap.zero_when.items()
    )
    moved = gap.zero_when.keys()
    named = [(s, v) for s, v in setting.given.items() if v.free_symbols & moved]
    if named:
        where += ", with " + ", ".join(_inline(f"{latex(s)} = {latex(v)}") for s, v in named)
    theorems = gap.theorems(setting)
    almost = " almost everywhere" * (ALMOST in theorems)
    text += f": proved to be 0 if {where}{almost}, and only then."
    taken = "; ".join(map(prose, theorems))
    return f"{text} Taken from analysis: {taken}." if taken else text


def _line(number: int, step, row, setting, unfold: bool) -> str:
    """One line of a chain: the reason in sight, the expression behind the fold."""
    if row is None:
        body = formula(latex(step.expr), f"Line {number}")
        return f'<li value="{number}" style="{GAP}"><div>{prose(step.why)}</div>{body}</li>'
    sign = f'<span role="img" aria-label="{SPOKEN[step.relation]}">{escape(step.relation)}</span>'
    summary = f'<summary style="cursor:pointer">{sign}&ensp;{prose(step.why)}</summary>'
    body = formula(f"{SIGNS[step.relation]} {latex(step.expr)}", f"Line {number}")
    words = row.kind if row.ok else f"{row.kind}: {row.note}"
    evidence = badge(row.ok, words)
    if step.gap is not None:
        evidence += _gap(step.gap, setting)
    opened = " open" if unfold else ""
    evidence = f'<div style="padding-left:1.5em">{evidence}</div>'
    fold = f"<details{opened}>{summary}{body}{evidence}</details>"
    return f'<li value="{number}" style="{GAP}">{fold}</li>'


def _chain(derivation, index: int, rows, unfold: bool) -> str:
    chain = derivation.chains[index]
    start = sum(len(c.steps) for c in derivation.chains[:index])
    claim = chain.claim
    shown = f"{latex(claim.left)} {SIGNS[claim.relation]} {latex(claim.right)}"
    head = f'<p style="margin-bottom:0"><strong>{prose(chain.about)}</strong>. To show:</p>'
    head += formula(shown, "Claim")
    lines = "".join(
        _line(start + k, step, rows.get(start + k), chain.setting, unfold)
        for k, step in enumerate(chain.steps)
    )
    return f'{head}<ol start="{start}">{lines}</ol>'


def _implementations(report) -> list[str]:
    items = []
    for row in report.rows:
        if row.kind == "compared":
            name, _, found = row.note.partition(": ")
            items.append(f"<code>{escape(name)}</code> {badge(row.ok, found)}")
    return items


def _slips(derivation, report, unfold: bool) -> str:
    """Behind one fold: an exercise may ask for one of them."""
    rows = [row for row in report.rows if row.kind == "slip rejected"]
    opened = " open" if unfold else ""
    lines = "".join(
        f'<li style="{GAP}">{prose(slip.printed)}<div>{prose(slip.why)} '
        f"{badge(row.ok, f'rejected at line {slip.step}')}</div></li>"
        for slip, row in zip(derivation.slips, rows, strict=True)
    )
    title = '<summary style="cursor:pointer"><strong>Often printed, and wrong</strong></summary>'
    return f"<details{opened}>{title}<ul>{lines}</ul></details>" if lines else ""


def derivation_html(derivation, *, unfold: bool = False) -> str:
    """The whole derivation; its evidence is re-run once for the display."""
    report = derivation.report
    links = set(derivation.links())
    rows = {}
    for row in report.rows:
        if row.step in links and row.kind not in ("claim", "compared", "slip rejected"):
            rows[row.step] = row
    parts = [
        STYLE,
        f"<p><strong>{prose(derivation.title)}.</strong> {prose(derivation.statement)}</p>",
        bullets("Assumptions", map(prose, derivation.assumptions)),
        bullets("Names", (_scrolled(mathml(d, True)) for d in definitions(derivation.chains))),
        "<p>Predict the next line from its reason, then open it.</p>",
    ]
    parts += [_chain(derivation, k, rows, unfold) for k in range(len(derivation.chains))]
    parts += [
        bullets("Code that carries the result", _implementations(report)),
        _slips(derivation, report, unfold),
    ]
    label = escape(f"Derivation: {derivation.title}")
    return (
        f'<div data-genedu="derivation" role="group" aria-label="{label}">{"".join(parts)}</div>'
    )


def report_html(report) -> str:
    """A report as a table."""
    head = "".join(f'<th scope="col">{c}</th>' for c in ("line", "evidence", "seconds", "note"))
    body = "".join(
        f"<tr><td>{row.step}</td><td>{badge(row.ok, row.kind)}</td><td>{row.seconds:.2f}</td>"
        f"<td>{prose(row.note)}</td></tr>"
        for row in report.rows
    )
    verdict = "all evidence holds" if report.ok else f"{len(report.failures)} checks failed"
    caption = f"<caption>{escape(report.id)}: {verdict}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
