"""Chapters as they are committed: the same setup cell in each, and outputs only where compared.

    python tools/setup_cell.py           bring every notebook of chapters/ into that form
    python tools/setup_cell.py --check   only say which notebooks differ from it

The repository's address in the setup cell comes from `repository.url` in `_config.yml`.
"""

import argparse
import json
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
CELL_ID = "setup"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

SOURCE = """\
# Setup. Nothing happens where genedu is installed; Colab gets it beside its own torch and NumPy.
import importlib.metadata, importlib.util, pathlib, subprocess, sys

repository = "{repository}"
if importlib.util.find_spec("genedu") is None:
    if not repository or "google.colab" not in sys.modules:
        what = f"git+{{repository}}" if repository else ".  (in a copy of the book's folder)"
        raise ModuleNotFoundError(f"genedu is not installed; run once: pip install {{what}}")
    pins = [f"{{name}}=={{importlib.metadata.version(name)}}\\n" for name in ("torch", "numpy")]
    pathlib.Path("pins.txt").write_text("".join(pins))  # keeps pip from touching either
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--constraint", "pins.txt"]
    subprocess.run([*pip, f"git+{{repository}}"], check=True)
from genedu.notebook import setup

device, budget = setup()"""


def repository_url(config: Path = ROOT / "_config.yml") -> str:
    """Return `repository.url` of the book's settings; empty while it is unset."""
    return yaml.safe_load(config.read_text(encoding="utf8"))["repository"]["url"] or ""


def setup_cell(repository: str) -> dict:
    """Return the setup cell as the notebook format has it, outputs left empty."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": CELL_ID,
        "metadata": {"tags": ["hide-input"]},
        "outputs": [],
        "source": SOURCE.format(repository=repository).splitlines(keepends=True),
    }


def with_setup_cell(notebook: dict, repository: str) -> dict:
    """Return a copy of ``notebook`` whose setup cell is the current one.

    A notebook without one gets it below its first cell, which holds the title.
    """
    cells = list(notebook["cells"])
    cell = setup_cell(repository)
    places = [i for i, old in enumerate(cells) if old.get("id") == CELL_ID]
    if places:
        cells[places[0]] = cell
    else:
        cells.insert(1, cell)
    return {**notebook, "cells": cells}


def stripped(notebook: dict) -> dict:
    """Return a copy of ``notebook`` without outputs, but for those of cells tagged `keep_output`.

    These keep an execution count too: without one nbval does not compare them. The hours at which
    cells were run go as well.
    """
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            kept = "keep_output" in cell["metadata"].get("tags", [])
            cell = {
                **cell,
                "metadata": {k: v for k, v in cell["metadata"].items() if k != "execution"},
                "outputs": [
                    {**output, "execution_count": 1} if "execution_count" in output else output
                    for output in cell["outputs"]
                    if kept
                ],
                "execution_count": 1 if kept else None,
            }
        cells.append(cell)
    return {**notebook, "cells": cells, "metadata": METADATA}


def notebooks(root: Path = ROOT) -> list[Path]:
    """Return the notebooks of the chapters and of the appendix, in order."""
    chapters = root / "chapters"
    return sorted([*chapters.glob("*.ipynb"), *chapters.glob("appendix/*.ipynb")])


def rewrite(repository: str, root: Path = ROOT, *, write: bool = True) -> list[Path]:
    """Bring every chapter into its committed form; return the notebooks that were not in it."""
    changed = []
    for path in notebooks(root):
        before = json.loads(path.read_text(encoding="utf8"))
        after = stripped(with_setup_cell(before, repository))
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
    check = parser.parse_args().check
    changed = rewrite(repository_url(), write=not check)
    names = ", ".join(path.name for path in changed) or "none"
    print(f"chapters {'that differ' if check else 'rewritten'}: {names}")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
