"""The package as a whole: light to import, layered, its names in place."""

import ast
import subprocess
import sys
from pathlib import Path

import genedu

ROOT = Path(genedu.__file__).parent

# Rooms from the ground up; a room imports only from rooms before it (CONTRIBUTING.md).
LAYERS = (
    "errors",
    "files",
    "derivations",
    "divergences",
    "data",
    "evaluation",
    "models",
    "training",
    "recipes",
    "display",
    "plots",
    "notebook",
    "explore",
    "exercises",
    "site",
    "cli",
)


def test_import_is_light():
    code = (
        "import sys, genedu\n"
        "heavy = {'torch', 'sympy', 'numpy', 'matplotlib', 'typer'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "from genedu.exercises import check, progress, questions\n"
        "assert not {'torch', 'sympy'} & set(sys.modules)\n"
        "genedu.derivations; assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_submodule_is_there():
    for name in genedu._SUBMODULES:
        assert getattr(genedu, name).__name__ == f"genedu.{name}"
    rooms = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert rooms - {"__init__", "__pycache__"} == set(LAYERS)


def test_imports_point_downward():
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        room = parts[0]
        if room == "__init__":
            continue
        tree = ast.parse(path.read_text(encoding="utf8"))
        top = {id(node) for node in tree.body}
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or node.level == 0:
                continue
            depth = len(parts) - node.level
            if depth > 0 or (room == "cli" and id(node) not in top):
                continue  # inside its own room; the command line loads rooms when it needs them
            names = [node.module.split(".")[0]] if node.module else [a.name for a in node.names]
            for name in names:
                if name in LAYERS and name != room:
                    assert LAYERS.index(name) < LAYERS.index(room), f"{path.name} imports {name}"
