"""What `check` says: a state in words and colour, one message, what was seen, hints to unfold."""

import html
from dataclasses import dataclass

from .rich import rich, with_code

__all__ = ["KEPT", "NOT_ANSWERED", "NOT_YET", "PASSED", "Verdict", "mark"]

PASSED = "passed"
NOT_YET = "not yet"
NOT_ANSWERED = "not answered"
KEPT = "kept, not judged"

# Told apart by colour-blind readers, on white as on black. They colour marks and never letters:
# small coloured type would be too pale for one of the two.
COLOURS = {PASSED: "#23a17c", NOT_YET: "#e0761a", NOT_ANSWERED: "#8a8f98", KEPT: "#3f8fd2"}


def mark(state: str) -> str:
    """HTML of a state: a dot in its colour, and the word in the page's own ink."""
    dot = f'<span style="color:{COLOURS[state]}" aria-hidden="true">●</span>'
    return f"{dot} <strong>{state}</strong>"


@dataclass(frozen=True, repr=False)
class Verdict:
    """The state of an answer, a message that teaches, and details (name, text) under it."""

    id: str
    title: str
    state: str
    message: str
    details: tuple[tuple[str, str], ...] = ()
    folds: tuple[tuple[str, str], ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.state == PASSED

    def __repr__(self) -> str:
        lines = [f"{self.id}: {self.state}. {self.message}".rstrip()]
        lines += [f"    {name}: {text}" for name, text in self.details]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        colour = COLOURS[self.state]
        parts = [
            f"{mark(self.state)} "
            f'<span style="opacity:.75">{html.escape(self.id)} · {html.escape(self.title)}</span>'
        ]
        if self.message:
            parts.append(f"<div>{with_code(self.message)}</div>")
        parts += [
            f'<div style="overflow-x:auto"><span style="opacity:.75">{html.escape(name)}:</span> '
            f"<code>{html.escape(text)}</code></div>"
            for name, text in self.details
        ]
        parts += [
            f"<details><summary>{html.escape(name)}</summary>{rich(text)}</details>"
            for name, text in self.folds
        ]
        style = f"border-left:4px solid {colour};padding:.3em .8em;line-height:1.5"
        return f'<div class="genedu-verdict" style="{style}">{"".join(parts)}</div>'
