"""The exercises in the chapters: three folds with the hints of the question below its text, and
below its cell what `check` says before there is an answer, which nbval compares.

    python tools/hint_folds.py           bring every chapter into that form
    python tools/hint_folds.py --check   only say which chapters differ from it

The text of an exercise is the Markdown cell before the cell that calls `check`.
"""

import argparse
import json
import re
import sys
from pathlib import Path

from genedu.exercises import check
from genedu.exercises.question import Question
from genedu.exercises.registry import find

ROOT = Path(__file__).resolve().parent.parent
CHECK = re.compile(r'^check\("([^"]+)"', re.MULTILINE)
LADDER = re.compile(
    r"(\s*<details><summary>Hint( \d)?</summary>((?!<details>).)*?</details>)+\s*$", re.DOTALL
)


def folds(question: Question) -> str:
    """Return the ladder of a question as Markdown: three closed folds.

    >>> print(folds(find("boltzmann.divide"))[:46])
    <details><summary>Hint 1</summary>
    <BLANKLINE>
    A fraction
    """
    return "\n\n".join(
        f"<details><summary>Hint {number}</summary>\n\n{hint}\n\n</details>"
        for number, hint in enumerate(question.hints, start=1)
    )


def unanswered(cell: dict, id: str) -> dict:
    """Return a copy of a check's cell with its output before there is an answer."""
    said = check(id, ...)
    data = {"text/html": [said._repr_html_()], "text/plain": [repr(said)]}
    tags = {*cell["metadata"].get("tags", ()), "keep_output", "nbval-check-output"}
    return {
        **cell,
        "metadata": {**cell["metadata"], "tags": sorted(tags)},
        "execution_count": 1,  # nbval compares no cell that was not run
        "outputs": [
            {"data": data, "execution_count": 1, "metadata": {}, "output_type": "execute_result"}
        ],
    }


def with_hints(notebook: dict) -> dict:
    """Return a copy of a notebook with hints and first output of every question that it checks.

    Raises ValueError where no text stands before a check, InputError for an unknown question.
    """
    cells = list(notebook["cells"])
    for place, cell in enumerate(cells):
        found = CHECK.search("".join(cell["source"])) if cell["cell_type"] == "code" else None
        if not found:
            continue
        before = cells[place - 1]
        if before["cell_type"] != "markdown":
            raise ValueError(f"`{found[0]}…` has no text of its own: add a cell before it")
        text = LADDER.sub("", "".join(before["source"]))
        source = f"{text.rstrip()}\n\n{folds(find(found[1]))}"
        cells[place - 1] = {**before, "source": source.splitlines(keepends=True)}
        cells[place] = unanswered(cell, found[1])
    return {**notebook, "cells": cells}


def rewrite(root: Path = ROOT, *, write: bool = True) -> list[Path]:
    """Bring the hints of every chapter up to date; return the notebooks where they were not."""
    changed = []
    for path in sorted((root / "chapters").glob("*.ipynb")):
        before = json.loads(path.read_text(encoding="utf8"))
        after = with_hints(before)
        if after != before:
            changed.append(path)
            if write:
                text = json.dumps(after, indent=1, ensure_ascii=False, sort_keys=True)
                path.write_text(text + "\n", encoding="utf8")
    return changed


def main() -> int:
    """Run the command; exit with 1 where ``--check`` finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    only_say = parser.parse_args().check
    changed = rewrite(write=not only_say)
    names = ", ".join(path.name for path in changed) or "none"
    print(f"chapters {'that differ' if only_say else 'rewritten'}: {names}")
    return int(only_say and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
