"""The command line: ``genedu verify``, ``genedu train``, ``genedu list``.

Every error that genedu raises on purpose is printed as its sentence, and the exit code is 2.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from .errors import GeneduError, require_choice

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Deep generative models whose mathematics a machine has checked.",
)

LISTS = ("recipes", "derivations", "datasets")


@app.command()
def verify(
    derivation: Annotated[str | None, typer.Argument(help="Which one; all if left out.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every step.")] = False,
) -> None:
    """Check derivations step by step; exit 1 if any step fails."""
    from . import derivations

    ids = derivations.ids() if derivation is None else [derivation]
    reports = []
    for name in ids:
        reports.append(derivations.load(name).verify())
        if verbose:
            typer.echo(str(reports[-1]))
    typer.echo(derivations.summary_table(reports))
    if not all(report.ok for report in reports):
        raise typer.Exit(1)


@app.command()
def train(
    recipe: Annotated[str, typer.Argument(help="Its name; see `genedu list recipes`.")],
    budget: Annotated[str, typer.Option(help="quick or full.")] = "quick",
    steps: Annotated[int | None, typer.Option(help="Instead of the budget's number.")] = None,
    seed: Annotated[int, typer.Option(help="Fixes parameters, batches and noise.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for checkpoints; a run that was stopped goes on from there."),
    ] = None,
) -> None:
    """Train a recipe and say what came out."""
    from . import recipes

    _, history = recipes.train(
        recipe, budget=budget, steps=steps, seed=seed, device=device, checkpoint_dir=out
    )
    last = {name: sum(losses[-50:]) / len(losses[-50:]) for name, losses in history.losses.items()}
    losses = ", ".join(f"{name} {value:.4g}" for name, value in last.items())
    where = f"; checkpoint in {out}" if out else ""
    typer.echo(
        f"{recipe}: {history.steps} steps in {history.seconds:.1f} s, mean loss of the last 50 "
        f"steps: {losses}{where}"
    )


@app.command("list")
def list_(
    what: Annotated[str, typer.Argument(help=f"One of {', '.join(LISTS)}.")] = "recipes",
) -> None:
    """List recipes, derivations or data sets."""
    require_choice("what", what, LISTS)
    if what == "recipes":
        from . import recipes

        rows = [(name, recipes.get(name).summary) for name in recipes.names()]
    elif what == "derivations":
        from . import derivations

        rows = [(name, derivations.load(name).title) for name in derivations.ids()]
    else:
        from . import data

        sets = [data.load(name, size=1) for name in data.NAMES]
        rows = [(each.name, f"{each.source}; {each.licence}") for each in sets]
    width = max(len(name) for name, _ in rows)
    for name, summary in rows:
        typer.echo(f"{name:<{width}}  {summary}")


def main() -> None:
    """Run the command line; print the sentence of a genedu error and exit 2."""
    try:
        app()
    except GeneduError as error:
        typer.echo(f"genedu: {error}", err=True)
        sys.exit(2)
