"""Derivations that a machine re-proves: load one, read it, verify it, break it.

>>> from genedu import derivations
>>> bm = derivations.load("bm-gradient")
>>> bm.verify().ok
True

A derivation is written in a file of its own in `book`, from `nodes`, `averages`, `calculus`,
`functions`, `integrals` and `matrices`: lines with a reason each, a claim, assumptions, the code
that carries the result, and slips. What counts as evidence is not written there but chosen from
the closed set in `provers`; a statement that none of them reaches needs a new prover (with traps
for it in the tests) or `Tested`.
"""

from importlib import import_module

from ..errors import require_choice
from .engine import Chain, Claim, Derivation, Slip, Step
from .facts import FACTS, check_facts
from .report import Report, Row, summary_table

__all__ = [
    "FACTS",
    "Chain",
    "Claim",
    "Derivation",
    "Report",
    "Row",
    "Slip",
    "Step",
    "check_facts",
    "ids",
    "load",
    "summary_table",
    "verify",
]

# In the order of the book; each lives in the file of the same name in `book`.
_IDS = (
    "gaussian-mle",
    "gaussian-kl",
    "bm-gradient",
    "bm-conditional",
    "rbm-gradient",
    "rbm-conditional",
    "grbm-cd-pca",
    "vae-elbo",
    "vae-reparameterization",
    "vae-collapse",
    "gan-optimal-discriminator",
    "gan-jsd",
    "f-gan",
    "f-gan-powers",
    "f-gan-logarithms",
    "ddgm-gradient",
    "flow-change-of-variables",
    "ddpm-forward",
    "ddpm-posterior",
    "ddpm-epsilon-loss",
    "denoising-score-matching",
)


def ids() -> list[str]:
    """Return the ids of all derivations in the order of the book."""
    return list(_IDS)


def load(id: str) -> Derivation:
    """Return one derivation; only its own file is imported.

    >>> load("vae-elbow")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    genedu.errors.InputError: `id` is 'vae-elbow'; did you mean 'vae-elbo'? Accepted: ...
    """
    require_choice("id", id, _IDS)
    return import_module(f"{__name__}.book.{id.replace('-', '_')}").derivation()


def verify(chosen=None) -> list[Report]:
    """Verify the derivations with the given ids (all, if None) and return their reports."""
    return [load(id).verify() for id in (_IDS if chosen is None else chosen)]
