"""The command line: ``genedu verify``, ``genedu train``, ``genedu list``.

Every error that genedu raises on purpose is printed as its sentence, and the exit code is 2.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from .errors import GeneduError, InputError, require_choice

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Deep generative models whose mathematics a machine has checked.",
)

LISTS = ("recipes", "checkpoints", "derivations", "datasets")


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
    if derivation is None:
        reports.append(derivations.check_facts())
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
        Path | None, typer.Option(help="Folder of the run; runs/RECIPE-BUDGET-seedN if left out.")
    ] = None,
    resume: Annotated[
        bool, typer.Option(help="Go on from the folder's checkpoint, or start afresh.")
    ] = True,
    ship: Annotated[
        bool, typer.Option(help="Put the model into the package; needs the full budget.")
    ] = False,
) -> None:
    """Train a recipe, measure its model and keep it; a run that was stopped goes on."""
    from . import recipes

    recipes.get(recipe).budget(budget)  # refuse before a folder is made
    if ship and (budget != "full" or steps is not None):
        raise InputError(
            "`--ship` takes only the whole full budget; add `--budget full` and no `--steps`."
        )
    folder = out or Path("runs") / f"{recipe}-{budget}-seed{seed}"
    if not resume:
        recipes.clear(folder)
    try:
        model, history = recipes.train(
            recipe, budget=budget, steps=steps, seed=seed, device=device, checkpoint_dir=folder
        )
    except KeyboardInterrupt:
        typer.echo("genedu: stopped; the same command goes on from the last checkpoint.", err=True)
        raise typer.Exit(130) from None
    entry = recipes.save(recipe, model, history, folder, budget=budget, seed=seed)
    typer.echo(f"{recipe}: {history.steps} steps in {history.seconds:.1f} s")
    for name, metric in entry.metrics.items():
        typer.echo(f"  {name}: {metric}")
    if ship:
        recipes.ship(recipe, folder)
        typer.echo(f"The model ships with genedu ({entry.size:,} bytes); its run is in {folder}.")
    else:
        typer.echo(f"The model is in {folder}: recipes.load({recipe!r}, {str(folder)!r}).")


@app.command("list")
def list_(
    what: Annotated[str, typer.Argument(help=f"One of {', '.join(LISTS)}.")] = "recipes",
) -> None:
    """List recipes, trained models, derivations or data sets."""
    require_choice("what", what, LISTS)
    if what == "recipes":
        from . import recipes

        rows = [(name, recipes.get(name).summary) for name in recipes.names()]
    elif what == "checkpoints":
        from . import recipes

        rows = [
            (name, "; ".join(f"{key} {value}" for key, value in entry.metrics.items()))
            for name, entry in recipes.checkpoints().items()
        ]
    elif what == "derivations":
        from . import derivations

        rows = [(name, derivations.load(name).title) for name in derivations.ids()]
    else:
        from . import data

        sets = [data.load(name, size=1) for name in data.NAMES]
        rows = [(each.name, f"{each.source}; {each.licence}") for each in sets]
    width = max((len(name) for name, _ in rows), default=0)
    for name, summary in rows:
        typer.echo(f"{name:<{width}}  {summary}")


def main() -> None:
    """Run the command line; print the sentence of a genedu error and exit 2."""
    try:
        app()
    except GeneduError as error:
        typer.echo(f"genedu: {error}", err=True)
        sys.exit(2)
