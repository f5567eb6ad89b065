"""Names of the package's code on a page become links to its source in the repository."""

import re
from pathlib import Path

__all__ = ["link_code", "source_of"]

PACKAGE = Path(__file__).resolve().parents[1]
NAME = re.compile(r"<code>(genedu\.[A-Za-z_][\w.]*)[^<]*</code>(?!</a>)")


def source_of(name: str) -> str:
    """Return the file or folder of the repository in which a dotted name is defined.

    >>> source_of("genedu.models.rbm.RBM.free_energy")
    'genedu/models/rbm.py'
    >>> source_of("genedu.divergences.gaussian_kl")
    'genedu/divergences'
    """
    path = PACKAGE
    for part in name.split(".")[1:]:
        if (path / f"{part}.py").is_file():
            path = path / f"{part}.py"
            break
        if not (path / part).is_dir():
            break
        path = path / part
    return path.relative_to(PACKAGE.parent).as_posix()


def link_code(body: str, repository: str, branch: str = "main") -> str:
    """Return the page with every ``<code>genedu.…</code>`` linked to the repository at a branch.

    >>> link_code("<code>genedu.training.fit</code>", "https://github.com/someone/genedu")
    '<a href="https://github.com/someone/genedu/blob/main/genedu/training.py"><code>genedu.training.fit</code></a>'
    >>> link_code("<code>genedu.training.fit</code>", "")
    '<code>genedu.training.fit</code>'
    """
    if not repository:
        return body

    def linked(found: re.Match) -> str:
        return f'<a href="{repository}/blob/{branch}/{source_of(found[1])}">{found[0]}</a>'

    return NAME.sub(linked, body)
