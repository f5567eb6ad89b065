"""The directive ``{model-cards}``: what ships with the package, from its manifest and recipes.

A card follows Mitchell et al. (2019, "Model Cards for Model Reporting") in short: use, limits,
data, training, metrics, and what identifies the file.
"""

from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

__all__ = ["ModelCards", "fields"]


def fields(recipe, entry) -> list[tuple[str, str]]:
    """Return the rows of a card: names and plain text, code between backticks.

    >>> from genedu import recipes
    >>> rows = fields(recipes.get("grbm-moons"), recipes.checkpoints()["grbm-moons"])
    >>> dict(rows)["Source"], dict(rows)["Licence"]
    ('drawn by `genedu.data.toy`', 'none: drawn from a formula')
    """
    from ..data import images

    published = images.SETS.get(recipe.data.name)
    source = f"`{published.home}`" if published else "drawn by `genedu.data.toy`"
    measured = "; ".join(f"{name} {metric}" for name, metric in entry.metrics.items())
    device = "a CPU" if entry.device == "cpu" else entry.device
    return [
        ("Use", recipe.use),
        ("Limits", recipe.limits),
        ("Metrics", measured.replace(" -", " −") + "."),
        ("Data", f"{entry.data}."),
        ("Source", source),
        ("Licence", entry.licence),
        (
            "Training",
            f"Budget {entry.budget}, seed {entry.seed}: {entry.steps:,} steps in "
            f"{entry.seconds:,.0f} s on {device}.",
        ),
        ("Recipe", "\n".join(f"`{line}`" for line in entry.recipe.splitlines())),
        ("Recipe hash", f"`{entry.recipe_hash}`"),
        ("Size", f"{entry.parameters:,} parameters; {entry.size:,} bytes in float16."),
        ("File", f"`{entry.file}`"),
        ("SHA-256", f"`{entry.sha256}`"),
        ("Made", f"{entry.made}."),
        ("Again", f"`genedu train {recipe.name} --budget {entry.budget} --seed {entry.seed}`"),
    ]


def _text(content: str) -> list[nodes.Node]:
    """A paragraph a line; what stands between backticks is code."""
    paragraphs = []
    for line in content.splitlines():
        parts = line.split("`")
        paragraphs.append(nodes.paragraph())
        for number, part in enumerate(parts):
            if part:
                paragraphs[-1] += nodes.literal("", part) if number % 2 else nodes.Text(part)
    return paragraphs


class ModelCards(SphinxDirective):
    """One card for each model that ships, in the order of the recipes."""

    def run(self):
        from .. import recipes
        from ..recipes.manifest import MANIFEST, SHIPPED

        for path in (SHIPPED / MANIFEST, *Path(recipes.__file__).parent.glob("*.py")):
            self.env.note_dependency(str(path))
        found = recipes.checkpoints()
        return [
            self.card(recipes.get(name), found[name]) for name in recipes.names() if name in found
        ]

    def card(self, recipe, entry) -> nodes.section:
        name = nodes.fully_normalize_name(recipe.name)
        section = nodes.section(ids=[f"card-{nodes.make_id(recipe.name)}"], names=[name])
        section += nodes.title("", recipe.name)
        section += _text(f"{recipe.summary}. Load it with `recipes.load({recipe.name!r})`.")
        table = nodes.field_list()
        for title, content in fields(recipe, entry):
            table += self.field(title, _text(content))
        page = f"chapters/{recipe.chapter}"
        if page in self.env.found_docs:
            table += self.field("Chapter", [nodes.paragraph("", "", self.link(page))])
        section += table
        return section

    def field(self, title: str, body: list[nodes.Node]) -> nodes.field:
        return nodes.field("", nodes.field_name("", title), nodes.field_body("", *body))

    def link(self, page: str) -> addnodes.pending_xref:
        """A link that takes the page's own title, once that has been read."""
        options = {"refdomain": "std", "reftype": "doc", "refdoc": self.env.docname}
        target = {"reftarget": f"/{page}", "refexplicit": False, "refwarn": True}
        return addnodes.pending_xref("", nodes.inline("", page), **options, **target)
