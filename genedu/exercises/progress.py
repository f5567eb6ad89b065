"""Which questions have been answered in this session; nothing is stored or sent anywhere."""

import html
from dataclasses import dataclass

from .verdict import NOT_ANSWERED, PASSED, mark

__all__ = ["Progress", "progress", "remember"]

_SESSION: dict[str, str] = {}  # question id -> state; lives and dies with the kernel


def remember(id: str, state: str) -> None:
    """Note the state of an answer; what has passed once stays passed."""
    if _SESSION.get(id) != PASSED:
        _SESSION[id] = state


@dataclass(frozen=True, repr=False)
class Progress:
    """Rows of chapter, question and state, for display."""

    rows: tuple[tuple, ...]

    @property
    def passed(self) -> int:
        """How many questions have been passed."""
        return sum(state == PASSED for *_, state in self.rows)

    def __repr__(self) -> str:
        width = max((len(question.id) for _, question, _ in self.rows), default=0)
        lines = [
            f"{chapter:2d}  {question.id:{width}s}  {'★' * question.stars:3s}  "
            f"{question.minutes:3d} min  {state}"
            for chapter, question, state in self.rows
        ]
        return "\n".join([*lines, f"{self.passed} of {len(self.rows)} passed"])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{chapter}</td><td><code>{html.escape(question.id)}</code></td>"
            f'<td style="text-align:left">{html.escape(question.title)}</td>'
            f'<td>{"★" * question.stars}</td><td style="{NO_BREAK}">{question.minutes} min</td>'
            f'<td style="text-align:left;{NO_BREAK}">{mark(state)}</td></tr>'
            for chapter, question, state in self.rows
        )
        head = "".join(f"<th>{name}</th>" for name in HEAD)
        caption = f"<caption>{self.passed} of {len(self.rows)} passed</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


NO_BREAK = "white-space:nowrap"
HEAD = ("chapter", "question", "title", "", "time", "state")


def progress(chapter: int | None = None) -> Progress:
    """Return the table of a chapter's questions (all, if None) and their state in this session.

    >>> chapter, question, state = progress(4).rows[0]
    >>> chapter, question.id
    (4, 'rbm.conditional')
    """
    from .registry import by_chapter

    return Progress(
        tuple(
            (number, question, _SESSION.get(question.id, NOT_ANSWERED))
            for number, sheet in by_chapter().items()
            for question in sheet
            if chapter in (None, number)
        )
    )
