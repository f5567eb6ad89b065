"""How a figure reaches a page: one path for the site, Colab, Jupyter and paper.

A figure becomes an inline SVG inside ``<figure>``, with its alternative text and its caption. Ink
is ``currentColor``, so that one picture reads on light and dark pages alike; a sequence of
pictures becomes a row of buttons that work without JavaScript and a plain strip on paper.
"""

import hashlib
import html
import inspect
import io
import re
import textwrap
from collections.abc import Sequence

from .errors import InputError

__all__ = ["COLOURS", "INK", "flipbook", "show", "source", "style", "svg"]

INK = "#010203"  # stands for the page's own text colour; `svg` turns it into currentColor
COLOURS = ("#3f8fd2", "#e0761a", "#23a17c", "#b06fc4", "#d84a4a", "#8a8f98")
"""Six colours that colour-blind readers tell apart, on white as on black (after Okabe & Ito)."""
INKED = (
    "axes.edgecolor",
    "axes.labelcolor",
    "axes.titlecolor",
    "patch.edgecolor",
    "text.color",
    "xtick.color",
    "ytick.color",
)


def style() -> dict:
    """Return the matplotlib settings of the book, for ``matplotlib.rc_context``."""
    from cycler import cycler

    return {
        "figure.figsize": (5.4, 3.2),
        "figure.facecolor": "none",
        "figure.constrained_layout.use": True,
        "axes.facecolor": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": cycler(color=COLOURS),
        "axes.titlesize": 10,
        "font.size": 10,
        "image.cmap": "viridis",
        "legend.frameon": False,
        "legend.fontsize": 9,
        "lines.linewidth": 1.8,
        "savefig.dpi": 130,
        **dict.fromkeys(INKED, INK),
    }


def show(figure, alt: str, caption: str = "") -> None:
    """Show a matplotlib figure with its alternative text and caption, and close it.

    ``alt`` says in words what is to be seen; a screen reader reads it instead of the picture.
    """
    from IPython.display import HTML, display

    if not (isinstance(alt, str) and alt.strip()):
        raise InputError(f"`alt` is {alt!r}, but a sentence about the figure is accepted.")
    display(HTML(_figure(svg(figure, alt), caption)))


def flipbook(
    frames: Sequence[tuple], labels: Sequence[str], caption: str = "", legend: str = "step"
) -> None:
    """Show ``(figure, alt)`` pairs one at a time, with a button for each label.

    The buttons are radio buttons: arrow keys move through the frames, no script is needed, and on
    paper all frames are printed.
    """
    from IPython.display import HTML, display

    if len(frames) != len(labels) or not frames:
        raise InputError(
            f"`labels` has {len(labels)} entries for {len(frames)} frames, but one for each is "
            "accepted."
        )
    pictures = [svg(figure, alt) for figure, alt in frames]
    key = "fb" + hashlib.sha256("".join(pictures).encode()).hexdigest()[:10]
    inputs, bodies, rules = [], [], []
    for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        one = f"{key}-{number}"
        checked = " checked" if number == 0 else ""
        inputs.append(
            f'<input type="radio" name="{key}" id="{one}"{checked}>'
            f'<label for="{one}">{html.escape(str(label))}</label>'
        )
        bodies.append(f'<div class="{one}">{picture}</div>')
        rules.append(f"#{one}:checked~div.{one}")
    css = (
        f".{key}>div{{display:none}}{','.join(rules)}{{display:block}}"
        f".{key}>label{{display:inline-block;padding:.15em .55em;margin:.1em;cursor:pointer;"
        "border:1px solid currentColor;border-radius:.4em;opacity:.65}"
        f".{key}>input{{position:absolute;opacity:0;width:1px;height:1px}}"
        f".{key}>input:checked+label{{opacity:1;font-weight:bold;"
        "box-shadow:inset 0 -3px currentColor}"
        f".{key}>input:focus-visible+label{{outline:3px solid {COLOURS[0]}}}"
        f"@media print{{.{key}>div{{display:block}}.{key}>label,.{key}>span{{display:none}}}}"
    )
    body = (
        f'<style>{css}</style><div class="{key}" role="group" '
        f'aria-label="{html.escape(legend, quote=True)}"><span>{html.escape(legend)}: </span>'
        f"{''.join(inputs)}{''.join(bodies)}</div>"
    )
    display(HTML(_figure(body, caption)))


def source(*objects) -> None:
    """Show the source code of functions or classes as it stands in the package."""
    from IPython.display import Markdown, display

    for each in objects:
        try:
            text = inspect.getsource(inspect.unwrap(each))
        except (TypeError, OSError) as error:
            raise InputError(f"`{each!r}` has no Python source that could be shown.") from error
        display(Markdown(f"```python\n{textwrap.dedent(text).strip()}\n```"))


def _figure(body: str, caption: str) -> str:
    note = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return (
        f'<figure class="genedu-figure" style="margin:1em 0;overflow-x:auto">{body}{note}</figure>'
    )


def svg(figure, alt: str) -> str:
    """Return a matplotlib figure as inline SVG, and close it.

    It has ids of its own, the page's ink, and ``alt``, what is to be seen, in words.
    """
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    for legend in filter(None, (axis.get_legend() for axis in figure.axes)):
        legend.set_frame_on(False)  # as `style` has it, for those drawn outside of it
        for text in (*legend.get_texts(), legend.get_title()):
            text.set_color(INK)
    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": alt}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    # matplotlib's own style sheet would reach every element of the page: put it on the root
    text = re.sub(r"<metadata>.*?</metadata>|<defs>\s*<style.*?</defs>", "", text, flags=re.DOTALL)
    # a hundredth of a point is enough, and half the bytes; but glyphs are scaled by 0.015625
    text = re.sub(r"(scale\([^)]*\))|(\.\d\d)\d+", lambda found: found[1] or found[2], text)
    prefix = "g" + hashlib.sha256(text.encode()).hexdigest()[:8]
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", text)
    text = re.sub(INK, "currentColor", text, flags=re.IGNORECASE)
    width = float(re.search(r'width="([\d.]+)pt"', text).group(1)) * 4 / 3
    least = min(width, 340)  # on a narrow screen the figure scrolls rather than shrinks its labels
    return re.sub(
        r'<svg([^>]*?) width="[^"]*"([^>]*?)>',
        rf'<svg\1\2 role="img" aria-label="{html.escape(alt, quote=True)}" '
        rf'style="stroke-linejoin:round;stroke-linecap:butt;width:100%;max-width:{width:.0f}px;min-width:{least:.0f}px;height:auto">',
        text,
        count=1,
    ).replace("\n", " ")
