"""What a derivation is written with: claims, lines, chains of them, and slips."""

from dataclasses import dataclass, field

from sympy import Expr

from ..errors import InputError
from .gaps import Gap
from .provers import PROVERS, Algebra, Setting

__all__ = ["Chain", "Claim", "Slip", "Step"]

RELATIONS = ("=", "≤", "≥", "<", ">")


def require_prover(evidence) -> None:
    """Raise InputError unless the evidence is from the closed set."""
    if type(evidence) not in PROVERS:
        raise InputError(
            f"`evidence` is {evidence!r}, but a derivation cannot bring its own: "
            f"{', '.join(p.__name__ for p in PROVERS)} are accepted."
        )


@dataclass(frozen=True)
class Claim:
    """``left relation right``: what a chain shows, typed apart from its lines."""

    left: Expr
    relation: str
    right: Expr


@dataclass(frozen=True)
class Step:
    """One line: an expression, one sentence of why, its relation to the line before, evidence.

    The first line of a chain has a relation too, which is not looked at. ``evidence`` is one of
    `PROVERS`, and may be left out where the chain's own is meant. Math in ``why`` stands in ``$``.
    """

    expr: Expr
    why: str
    relation: str = "="
    evidence: object = None
    gap: Gap | None = None

    def __post_init__(self):
        if self.relation not in RELATIONS:
            raise InputError(
                f"`relation` is {self.relation!r}, but one of {', '.join(RELATIONS)} is accepted."
            )
        if self.evidence is not None:
            require_prover(self.evidence)
        if (self.relation == "=") != (self.gap is None):
            raise InputError("`gap` belongs to an inequality, and every inequality needs one.")


@dataclass(frozen=True)
class Chain:
    """Lines from the left side of ``claim`` to its right side, under one `Setting`."""

    about: str
    claim: Claim
    steps: tuple[Step, ...]
    setting: Setting = field(default_factory=Setting)
    evidence: object = Algebra()

    def __post_init__(self):
        require_prover(self.evidence)


@dataclass(frozen=True)
class Slip:
    """What is often printed instead of line ``step``, and why it is wrong."""

    step: int
    expr: Expr
    printed: str
    why: str
