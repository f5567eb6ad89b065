"""Sphinx extension of the book: a static site that asks no other host for anything.

It serves MathJax, the fonts and the widget runtime from the site itself, adds the book's
stylesheet, shows the Colab and repository buttons only where `repository.url` is set, puts the
solutions below the exercises, and keys the execution cache to the package, so that a chapter runs
again when the code it imports changed.

Add ``genedu.site`` to ``sphinx.extra_extensions`` in ``_config.yml`` (or to ``extensions`` in a
``conf.py``). The vendored files come from ``genedu_frontend``, a folder that npm filled.
"""

import hashlib
import os
import re
import shutil
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlparse

from ..errors import StorageError
from .code_links import link_code
from .explorables import add_explorables, refresh

__all__ = ["fingerprint", "lighten", "providers", "setup", "tidy", "vendor"]

HERE = Path(__file__).parent

# (folder under node_modules, folder to copy to, files)
VENDOR = (
    (
        "mathjax/es5",
        "mathjax",
        (
            "tex-mml-chtml.js",
            "input/tex/extensions/*.js",
            "output/chtml/fonts/woff-v2/*.woff",
            "a11y/*.js",
            "sre/mathmaps/base.json",
            "sre/mathmaps/en.json",
            "sre/mathmaps/nemeth.json",
        ),
    ),
    ("requirejs", "widgets", ("require.js",)),
    (
        "@jupyter-widgets/html-manager/dist",
        "widgets/html-manager/dist",
        ("embed-amd.js", "*.woff2"),
    ),
    (
        "@fontsource-variable/source-serif-4/files",
        "fonts",
        ("source-serif-4-latin-wght-*.woff2", "source-serif-4-greek-wght-*.woff2"),
    ),
    (
        "@fontsource-variable/source-sans-3/files",
        "fonts",
        ("source-sans-3-latin-wght-normal.woff2", "source-sans-3-greek-wght-normal.woff2"),
    ),
    # Brackets and roots of MathML grow only in a font with a table of mathematics.
    (
        "@fontsource/stix-two-math/files",
        "fonts",
        ("stix-two-math-latin-400-normal.woff2",),
    ),
)

# What every page begins with is asked for at once: a font that comes after the text makes it jump.
FIRST_FONTS = ("source-serif-4-latin-wght-normal.woff2", "source-sans-3-latin-wght-normal.woff2")

# 1.5 MB of icons as JavaScript, where the theme's icon font draws the same ones.
ICON_SCRIPT = re.compile(r"<script\b[^>]*/fontawesome\.js[^>]*>\s*</script>\s*")
# Sphinx also loads MathJax for the mathematics of a page's children: on the landing page, of all.
MATHJAX = re.compile(
    r"<script\b[^>]*(?:>window\.MathJax = .*?|/vendor/mathjax/[^>]*>\s*)</script>\s*"
)
MATHEMATICS = re.compile(r"""class="(?:[^"]* )?(?:math|cell)[ "]""")  # a cell may show widgets
FOREIGN_STYLE = re.compile(
    r"""<link\b(?=[^>]*stylesheet)[^>]*\bhref=["'](?:https?:)?//[^>]*>\s*"""
)
INLINE_MATHEMATICS = re.compile(
    r"""([(“]?)(<span class="math notranslate nohighlight">[^<]*</span>)([,.;:!?)”’]*)"""
)


def tidy(body: str) -> str:
    """Return the body of a page without other hosts' stylesheets, and with punctuation glued.

    A browser may break a line between a formula and the comma behind it; ``glue`` forbids that.

    >>> tidy('<link rel="stylesheet" href="https://host.example/icons.css"><p>text</p>')
    '<p>text</p>'
    >>> tidy('if <span class="math notranslate nohighlight">x</span>, then')
    'if <span class="glue"><span class="math notranslate nohighlight">x</span>,</span> then'
    """

    def glue(found: re.Match) -> str:
        before, formula, after = found.groups()
        return f'<span class="glue">{found[0]}</span>' if before or after else formula

    return INLINE_MATHEMATICS.sub(glue, FOREIGN_STYLE.sub("", body))


def lighten(page: str) -> str:
    """Return a finished page without the icon script, and without MathJax if nothing needs it.

    >>> mathjax = '<script defer="defer" src="_static/vendor/mathjax/mathjax.js"></script>'
    >>> lighten(mathjax + "<p>words</p>")
    '<p>words</p>'
    >>> lighten(mathjax + '<p class="math">') == mathjax + '<p class="math">'
    True
    """
    page = ICON_SCRIPT.sub("", page)
    return page if MATHEMATICS.search(page) else MATHJAX.sub("", page)


def providers(url: str) -> tuple[bool, bool]:
    """Return whether a repository at ``url`` gets a repository button and a Colab button.

    >>> providers("https://github.com/someone/genedu")
    (True, True)
    >>> providers("https://gitlab.com/someone/genedu")
    (True, False)
    >>> providers("")
    (False, False)
    """
    host = urlparse(url).hostname or ""
    known = host in ("github.com", "gitlab.com", "bitbucket.org")
    return known, host == "github.com"


def fingerprint() -> str:
    """Return a digest of everything a chapter's outputs depend on besides its own cells."""
    package = HERE.parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        shown = inside.parts[0] == "site" or inside.parts[:2] == ("explore", "static")
        if path.is_file() and not shown and "__pycache__" not in inside.parts:
            digest.update(inside.as_posix().encode() + b"\0" + path.read_bytes())
    for name in ("torch", "numpy", "matplotlib", "sympy"):
        digest.update(f"{name}=={version(name)}\n".encode())
    digest.update(os.environ.get("GENEDU_BUDGET", "").encode())
    return digest.hexdigest()[:16]


def configure(app, config):
    """Point every asset at the site itself; runs before any other extension reads the values."""
    without_thebe(app)
    os.environ["GENEDU_BOOK"] = "1"  # a figure in a chapter then writes itself for this site
    config.html_static_path.append(str(HERE / "static"))
    config.mathjax_path = "vendor/mathjax/tex-mml-chtml.js"
    config.mathjax3_config = {
        # `$` is for the labels of widgets: in the text of a page MyST has replaced it.
        "tex": {"inlineMath": [["\\(", "\\)"], ["$", "$"]]},
        **(config.mathjax3_config or {}),
    }
    config.nb_ipywidgets_js = {
        "vendor/widgets/require.js": {},
        "genedu-widgets.js": {},
        # Any value but an empty one keeps html-manager from asking its default host.
        "vendor/widgets/html-manager/dist/embed-amd.js": {"data-jupyter-widgets-cdn": "./"},
    }

    config.html_context.setdefault("default_mode", "auto")
    options = config.html_theme_options
    options.setdefault("navbar_persistent", [])  # the sidebar holds the search field already
    if config.html_logo:  # the theme shows a logo or the title; a book shows both
        options["logo"] = {"text": config.html_title, "alt_text": "", **options.get("logo", {})}
    repository, colab = providers(options.get("repository_url", ""))
    if not repository:
        options.pop("repository_url", None)
    options["use_repository_button"] = repository
    options["launch_buttons"] = {
        **options.get("launch_buttons", {}),
        "colab_url": "https://colab.research.google.com" if colab else "",
    }

    if not config.nb_execution_cache_path:
        caches = Path(app.outdir).parent / ".jupyter_cache"
        current = caches / fingerprint()
        for other in caches.glob("*"):
            if other != current:
                shutil.rmtree(other) if other.is_dir() else other.unlink()
        config.nb_execution_cache_path = str(current)


def without_thebe(app):
    """Unhook sphinx-thebe, which Jupyter Book always loads and which asks a foreign host."""
    for listeners in app.events.listeners.values():
        for listener in list(listeners):
            if listener.handler.__module__ == "sphinx_thebe":
                listeners.remove(listener)
    styles = app.registry.css_files
    styles[:] = [style for style in styles if style[0] != "sphinx-thebe.css"]


def vendor(frontend: Path, folder: Path, wanted: tuple = VENDOR) -> None:
    """Copy what ``wanted`` lists into ``folder``; files that are there already stay."""
    for source, target, patterns in wanted:
        for pattern in patterns:
            found = sorted((frontend / source).glob(pattern))
            if not found:
                raise StorageError(
                    f"`{frontend / source}` has no `{pattern}`; run `make book`, or `npm ci` in "
                    "the folder `frontend`."
                )
            for file in found:
                copy = folder / target / file.relative_to(frontend / source)
                if not copy.exists() or copy.stat().st_size != file.stat().st_size:
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, copy)


def tidy_page(app, pagename, templatename, context, doctree):
    """Tidy a page, and link its code, before the theme's template goes around it."""
    if "body" in context:
        options = app.config.html_theme_options
        repository = options.get("repository_url", ""), options.get("repository_branch") or "main"
        context["body"] = link_code(tidy(context["body"]), *repository)
    for font in FIRST_FONTS:
        address = context["pathto"](f"_static/vendor/fonts/{font}", 1)
        context["metatags"] = context.get("metatags", "") + (
            f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{address}">\n'
        )


def finish(app, exception):
    """Put the vendored files beside the pages, and drop the scripts that a page does not use."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    vendor(Path(app.srcdir) / app.config.genedu_frontend, static / "vendor")
    refresh(static)
    for path in Path(app.outdir).rglob("*.html"):
        page = path.read_text(encoding="utf8")
        if (lighter := lighten(page)) != page:
            path.write_text(lighter, encoding="utf8")
    for file in (static / "scripts" / "fontawesome.js", *static.rglob("*.map")):
        file.unlink(missing_ok=True)


def add_directives(app):
    """Register the pages that are made from derivations and from the manifest of models."""
    from .cards import ModelCards
    from .derivations import CommonSlips, DerivationIndex, ShowDerivation

    app.add_directive("derivation", ShowDerivation)
    app.add_directive("derivation-index", DerivationIndex)
    app.add_directive("common-slips", CommonSlips)
    app.add_directive("model-cards", ModelCards)


def setup(app):
    """Register the extension with Sphinx."""
    from .solutions import (
        add_solutions,  # loads SymPy, which the renderer of figures does not need
    )

    app.add_config_value("genedu_frontend", "frontend/node_modules", "html")
    app.add_css_file("genedu.css", priority=900)
    app.add_js_file("genedu.js", defer="defer")
    add_directives(app)
    add_explorables(app)
    add_solutions(app)
    app.connect("config-inited", configure)
    app.connect("html-page-context", tidy_page)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
