"""Sentences as HTML: `code` in backticks and, in a question's own, mathematics between dollars."""

import html
import re

__all__ = ["rich", "with_code"]


def with_code(text: str, other=html.escape) -> str:
    """Return escaped text in which `backticks` are code; ``other`` makes HTML of the rest.

    >>> with_code("`len(x) < 3` & more")
    '<code>len(x) &lt; 3</code> &amp; more'
    """
    pieces = re.split(r"`([^`]+)`", text)
    return "".join(
        f"<code>{html.escape(piece)}</code>" if k % 2 else other(piece)
        for k, piece in enumerate(pieces)
    )


def rich(text: str) -> str:
    """Return the same with ``$LaTeX$`` as MathML: the outputs of Colab have no MathJax.

    >>> rich("where $s^2 < 1$ in `x`").count("<math")
    1
    """
    if "$" not in text:
        return with_code(text)
    from ..derivations.render import prose  # loads SymPy, which most sentences do not need

    return with_code(text, prose)
