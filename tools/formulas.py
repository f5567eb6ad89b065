"""Formulas of the chapters, written from the derivations that were checked.

    python tools/formulas.py           write every marked formula of chapters/ from its derivation
    python tools/formulas.py --check   only say which notebooks hold another formula

A marker stands on a line of its own above a display formula of a Markdown cell, and nobody sees it
on a page:

    <!-- formula: gaussian-mle lines 0 1 2 -->

It names a derivation and what of it is shown; several statements are parted by `;`:

    claim 2              what chain 2 shows (chains count from 1)
    lines 3 5            lines of one chain, numbered as the derivation's display numbers them
    definition p(v,h)    what a name stands for; bold, braces and backslashes may be left out
    slip 1               the chain's first line and the wrong one that is often printed

A full stop or comma at the end of a formula stays as it was typed.
"""

import argparse
import json
import re
import sys
from itertools import pairwise
from pathlib import Path

from setup_cell import ROOT, notebooks

from genedu import derivations
from genedu.derivations.printing import latex
from genedu.derivations.render import SIGNS, definitions
from genedu.errors import InputError, require_choice, require_int

MARKER = "<!-- formula: {} -->"
MARKED = re.compile(
    r"^<!-- formula:(?P<says>.*?)-->[ \t]*"
    r"(?:\n+\$\$[^$]*?(?P<end>[.,;:]?)\s*(?:\\end\{aligned\}\s*)?\$\$)?",
    re.MULTILINE,
)
FORMS = "`claim K`, `lines N …`, `definition NAME` or `slip K`"
PHONE = 30  # symbols of a formula that a phone shows without scrolling
SHORT = 10  # symbols of a left side that may stand in one row with what it equals
TALL = re.compile(r"\\(?:frac|sum|prod|i?int|lim|sup|left|begin|sqrt)(?![a-z])|\^")
BRACKETS = re.compile(
    r"\\left(\(|\[|\||\\[a-z]+|\\\{)((?:(?!\\left).)*?)\\right(\)|\]|\||\\[a-z]+|\\\})"
)
COMPARED = re.compile(r"(\\mathrm\{KL\}\\left\([^()]*)\(\w\)( \\,\\\|\\, [^()]*)\(\w\)(\\right\))")
SIDES = {"|": (r"\lvert ", r"\rvert")}


def snug(source: str) -> str:
    """Return LaTeX whose brackets grow only round what is tall.

    Around ``c_j`` a ``\\left(`` gains nothing and leaves a gap after ``\\sigma``.

    >>> print(snug(r"\\sigma\\left(c_j\\right) + \\left(\\frac{a}{b}\\right)"))
    \\sigma(c_j) + \\left(\\frac{a}{b}\\right)
    """

    def shrink(found) -> str:
        left, inside, right = found.groups()
        if TALL.search(inside):  # kept; hidden from the search for what is around it
            return f"\\Left{left}{inside}\\Right{right}"
        opening, closing = SIDES.get(left, (left + " " * left.startswith("\\"), right))
        return f"{opening}{inside.strip()}{closing}"

    before = None
    while before != source:
        before, source = source, BRACKETS.sub(shrink, source)
    return source.replace("\\Left", "\\left").replace("\\Right", "\\right")


def in_prose(source: str) -> str:
    """Return a line of the board as the chapters write it.

    Vectors are plain letters, and where a density only says what is averaged or compared its
    argument goes: ``KL(p || q)`` and ``E_p``.
    """
    source = re.sub(
        r"(\\[a-z]+)?\\mathbf\{(\w)\}", lambda f: f"{f[1] or ''} {f[2]}".strip(), source
    )
    source = re.sub(r"(\\mathbb\{E\}_\{[^()]*)\(\w\)\}", r"\1}", source)
    source = re.sub(r"\} (\\exp|\\mathrm)(?![a-z])", r"} \\, \1", source)  # no space by itself
    return snug(COMPARED.sub(r"\1\2\3", source))


def plain(name: str) -> str:
    """Return a name as one types it: ``E(v,h)`` for ``E(\\mathbf{v},\\mathbf{h})``."""
    name = re.sub(r"\\(?:math[a-z]+|left|right)(?![a-z])|\\[,;! ]", "", name)
    name = name.replace(r"\mid", "|").replace(r"\|", "||")
    return re.sub(r"[\\{}\s]", "", name)


def symbols(source: str) -> int:
    """Return roughly how many symbols a formula sets side by side; a fraction is as wide as its
    longer half."""
    source = re.sub(r"\\(?:math[a-z]+|text|left|right|begin|end)(?![a-z])|\\[,;! ]", "", source)
    source = re.sub(r"\\(?!frac|log|exp)[A-Za-z]+|\\[{}|\\]", "x", source).replace(" ", "")
    before = None
    while before != source:
        before = source
        source = re.sub(r"(?<![}c])\{([^{}]*)\}", r"\1", source)
        source = re.sub(
            r"\\frac\{([^{}]*)\}\{([^{}]*)\}", lambda f: max(f[1], f[2], key=len), source
        )
    return len(re.sub(r"[{}^_&]", "", source))


# -- what a marker names: (left side, [(sign, right side), …]) ------------------------------------
def _number(name: str, text: str, minimum: int, maximum: int) -> int:
    value = int(text) if text.isdigit() else text
    return require_int(name, value, minimum=minimum, maximum=maximum)


def _claim(derivation, text: str):
    chain = derivation.chains[_number("claim", text, 1, len(derivation.chains)) - 1]
    claim = chain.claim
    return latex(claim.left), [(SIGNS[claim.relation], latex(claim.right))]


def _lines(derivation, text: str):
    numbers = [_number("line", word, 0, len(derivation.steps) - 1) for word in text.split()]
    chains = {derivation.place(n)[0] for n in numbers}
    if len(numbers) < 2 or numbers != sorted(set(numbers)) or len(chains) != 1:
        raise InputError(f"`lines` is {text!r}, but two or more lines of one chain are accepted.")
    steps, links = derivation.steps, []
    for a, b in pairwise(numbers):
        signs = {steps[n].relation for n in range(a + 1, b + 1)}
        strict = next((s for s in "<>" if s in signs), None)
        sign = strict or next(iter(signs - {"="}), "=")
        links.append((SIGNS[sign], latex(steps[b].expr)))
    return latex(steps[numbers[0]].expr), links


def _definition(derivation, text: str):
    known = dict(d.split(" = ", 1) for d in definitions(derivation.chains))
    names = {plain(name): name for name in known}
    name = names[require_choice("definition", plain(text), names)]
    return name, [("=", known[name])]


def _slip(derivation, text: str):
    slip = derivation.slips[_number("slip", text, 1, len(derivation.slips)) - 1]
    first = derivation.chains[derivation.place(slip.step)[0]].steps[0]
    return latex(first.expr), [(SIGNS[derivation.steps[slip.step].relation], latex(slip.expr))]


KINDS = {"claim": _claim, "lines": _lines, "definition": _definition, "slip": _slip}


def statements(says: str):
    """Return what a marker names, a left side and what it equals for each statement.

    Raises InputError where the marker names nothing, and says what there is.
    """
    id, _, parts = says.strip().partition(" ")
    derivation = derivations.load(id)
    found = []
    for part in parts.split(";"):
        kind, _, text = part.strip().partition(" ")
        if kind not in KINDS or not text:
            raise InputError(f"the marker says {part.strip()!r}, but {FORMS} is accepted.")
        left, links = KINDS[kind](derivation, text.strip())
        found.append((in_prose(left), [(sign, in_prose(right)) for sign, right in links]))
    return found


def formula(says: str, end: str = "") -> str:
    """Return the LaTeX that a marker stands for and the full stop or comma behind it.

    What is too wide for a phone is broken before its signs.
    """
    found = statements(says)
    joined = [
        " ".join([left, *(f"{sign} {right}" for sign, right in links)]) for left, links in found
    ]
    end = f" {end}" if end else ""
    if sum(map(symbols, joined)) <= PHONE:
        return ", \\qquad ".join(joined) + end
    blocks = []
    for left, links in found:
        rows = [f"&{sign} {right}" for sign, right in links]
        if symbols(left) <= SHORT:
            rows[0] = f"{left} {rows[0]}"
        else:
            rows = [f"&{left}", *(f"&\\quad {row[1:]}" for row in rows)]
        blocks.append(rows)
    if len(blocks) == len(blocks[0]) == 1:
        return joined[0] + end
    text = ", \\\\\n".join(" \\\\\n".join(rows) for rows in blocks)
    return f"\\begin{{aligned}}\n{text}{end}\n\\end{{aligned}}"


# -- cells and notebooks --------------------------------------------------------------------------
def written(text: str) -> str:
    """Return the text of a cell with every marked formula written from its derivation."""

    def write(found) -> str:
        says = " ".join(found["says"].split())
        return f"{MARKER.format(says)}\n$$\n{formula(says, found['end'] or '')}\n$$"

    return MARKED.sub(write, text)


def rewrite(root: Path = ROOT, *, write: bool = True) -> list[str]:
    """Write every marked formula; return the cells, as ``notebook: cell``, that held another."""
    changed = []
    for path in notebooks(root):
        notebook = json.loads(path.read_text(encoding="utf8"))
        here = []
        for cell in notebook["cells"]:
            if cell["cell_type"] != "markdown":
                continue
            before = "".join(cell["source"])
            try:
                after = written(before)
            except InputError as problem:
                raise InputError(f"{path.name}, cell {cell['id']}: {problem}") from None
            if after != before:
                here.append(f"{path.name}: {cell['id']}")
                cell["source"] = after.splitlines(keepends=True)
        if here and write:
            text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True)
            path.write_text(text + "\n", encoding="utf8")
        changed += here
    return changed


def main() -> int:
    """Run the command; exit with 1 where ``--check`` finds a difference, 2 at a wrong marker."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    try:
        changed = rewrite(write=not check)
    except InputError as problem:
        print(problem, file=sys.stderr)
        return 2
    names = ", ".join(changed) or "none"
    print(f"cells whose formulas {'differ' if check else 'were written'}: {names}")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
