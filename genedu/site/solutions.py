"""A reference solution below every exercise of the book's pages, behind a fold.

The solutions stand in the sheets (`genedu.exercises`), which `check` compares with; they are put
on the page while it is made, behind each cell that calls ``check("id", …)``. The notebooks hold
none of them: whoever works in one cannot read an answer by scrolling too far, and a solution
cannot differ from what `check` accepts. The fold is plain HTML, closed on the screen as on paper.
"""

import ast
import inspect
from html import escape
from importlib.util import resolve_name
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from .. import exercises
from ..derivations import load
from ..derivations.nodes import board
from ..derivations.printing import latex
from ..derivations.render import formula, prose
from ..errors import InputError
from ..exercises.question import (
    ChoiceQuestion,
    ExpressionQuestion,
    FunctionQuestion,
    LineQuestion,
    NumberQuestion,
    Question,
    SpotTheError,
    TextQuestion,
)
from ..exercises.registry import find
from ..exercises.rich import rich
from ..exercises.typed import declare, parse

__all__ = ["Solution", "add_solutions", "checked", "fold", "self_contained"]

SUMMARY = "Solution (try first)"


class Solution(nodes.General, nodes.Element):
    """The fold of one question, ``id``; a node of its own, so that no search finds its words."""


def checked(source: str) -> list[str]:
    """Return the ids of the questions that a cell hands to `check`.

    >>> checked('def f(x):\\n    ...\\n\\ncheck("rbm.zero", f)')
    ['rbm.zero']
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a cell with a magic of IPython
        return []
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return [
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "check"
        and isinstance(call.args[0], ast.Constant)
    ]


def self_contained(function) -> str:
    """Return the source of a function below the imports that it needs, as a student writes them.

    >>> from genedu.exercises.registry import find
    >>> print(self_contained(find("rbm.conditional").reference))
    import torch
    <BLANKLINE>
    <BLANKLINE>
    def hidden_given_visible(v, weight, hidden_bias):
        return torch.sigmoid(v @ weight + hidden_bias)
    """
    source = inspect.getsource(function)
    used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    package = function.__module__.rpartition(".")[0]
    lines = []
    for node in ast.parse(inspect.getsource(inspect.getmodule(function))).body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        node.names = [name for name in node.names if (name.asname or name.name) in used]
        if isinstance(node, ast.ImportFrom) and node.level:
            node.module, node.level = resolve_name("." * node.level + node.module, package), 0
        if node.names:
            lines.append(ast.unparse(node))
    return "\n".join([*lines, "", "", source.rstrip()] if lines else [source.rstrip()])


# -- one body for each type of question -----------------------------------------------------------
def _paragraph(html: str) -> str:
    return f"<p>{html}</p>"


def _typed(answer: object) -> str:
    return _paragraph(f"Typed: <code>{escape(str(answer))}</code>")


def _why(question: Question) -> str:
    """The decisive idea, once more as the reason of an answer."""
    return _paragraph(rich(question.hints[-1]))


def _function(question: FunctionQuestion, code) -> str:
    return code(self_contained(question.reference))


def _formula(text: str, kinds) -> str:
    with board():  # the terms stay as they were written
        return formula(latex(parse(text, declare(kinds))), "The formula")


def _expression(question: ExpressionQuestion, code) -> str:
    shown = _formula(question.reference, question.symbols)
    return shown + _typed(f'"{question.reference}"') + _why(question)


def _line(question: LineQuestion, code) -> str:
    step = load(question.derivation).steps[question.line]
    shown = formula(latex(step.expr), "The missing line")
    return shown + _typed(f'"{question.reference}"') + _paragraph(prose(step.why))


def _spot(question: SpotTheError, code) -> str:
    said = _paragraph(f"Line {question.wrong_line} is wrong. What belongs there:")
    shown = _formula(question.right_form, question.symbols)
    typed = f'({question.wrong_line}, "{question.right_form}")'
    return said + shown + _typed(typed) + _why(question)


def _number(question: NumberQuestion, code) -> str:
    number = f"{question.reference:.4g}".replace("-", "−")
    unit = next(iter(question.units), "")
    return _paragraph(f"<strong>{f'{number} {unit}'.strip()}</strong>") + _why(question)


def _choice(question: ChoiceQuestion, code) -> str:
    letter, reason = question.reference
    said = f"<strong>{letter}</strong>: {escape(question.options[letter])}."
    why = f"Reason <strong>{reason}</strong>: {escape(question.reasons[reason])}"
    return _paragraph(said) + _paragraph(why)


def _text(question: TextQuestion, code) -> str:
    return _paragraph(f"One answer: {rich(question.reference)}")


BODIES = {
    FunctionQuestion: _function,
    ExpressionQuestion: _expression,
    LineQuestion: _line,
    SpotTheError: _spot,
    NumberQuestion: _number,
    ChoiceQuestion: _choice,
    TextQuestion: _text,
}


def fold(question: Question, code=lambda source: f"<pre>{escape(source)}</pre>") -> str:
    """Return the closed fold of a question; ``code`` turns source code into HTML.

    >>> from genedu.exercises.registry import find
    >>> "<strong>−1.5</strong>" in fold(find("rbm.zero"))
    True
    """
    spoken = escape(f"{SUMMARY}: {question.title}")
    return (
        f'<details class="solution" data-question="{escape(question.id)}">'
        f'<summary aria-label="{spoken}">{SUMMARY}</summary>'
        f"{BODIES[type(question)](question, code)}</details>"
    )


# -- on the page ----------------------------------------------------------------------------------
def insert(app, doctree) -> None:
    """Put a node behind every cell that checks an answer; warn where the question is unknown."""
    cells = [
        cell
        for cell in doctree.findall(nodes.container)
        if cell.get("nb_element") == "cell_code" and next(cell.findall(nodes.literal_block), None)
    ]
    for cell in cells:
        ids = checked(next(cell.findall(nodes.literal_block)).astext())
        for id in reversed(ids):
            try:
                find(id)
            except InputError as problem:
                logging.getLogger(__name__).warning("%s", problem, location=cell)
            else:
                cell.parent.insert(cell.parent.index(cell) + 1, Solution(id=id))
        for path in Path(exercises.__file__).parent.rglob("*.py") if ids else ():
            app.env.note_dependency(str(path))  # the page is made again when a sheet changes


def visit(translator, node) -> None:
    """Write the fold, its code coloured as that of the page."""

    def coloured(source: str) -> str:
        block = translator.highlighter.highlight_block(source, "python3", location=node)
        return f'<div class="highlight-python3 notranslate">{block}</div>'

    translator.body.append(fold(find(node["id"]), coloured))
    raise nodes.SkipNode


def skip(translator, node) -> None:
    """Leave it out where nothing can be folded."""
    raise nodes.SkipNode


def add_solutions(app) -> None:
    """Register the solutions with Sphinx."""
    app.add_node(Solution, html=(visit, None), latex=(skip, None), text=(skip, None))
    app.connect("doctree-read", insert)
