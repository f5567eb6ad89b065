"""A recipe that is small enough to be trained many times."""

from functools import partial

from genedu.models import RBM
from genedu.recipes import Budget, Data, Recipe
from genedu.recipes.energy_based import exact_likelihood, start_at_pixel_frequencies

TINY = Recipe(
    name="tiny",
    summary="three hidden units and sixty digits",
    data=Data("mnist", train=60, test=20, binary=True, flat=True),
    model=partial(RBM, 784, 3, method="pcd", num_chains=10),
    quick=Budget(1_000_000, batch_size=10, lr=0.01, schedule="cosine"),
    full=Budget(8, batch_size=10, lr=0.01),
    metrics=exact_likelihood,
    start=start_at_pixel_frequencies,
)
