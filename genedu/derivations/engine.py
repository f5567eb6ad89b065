"""A derivation: claims, the lines that lead to them, and the evidence that is re-run each time.

A `Derivation` is one or more chains. A `Chain` starts somewhere and moves line by line; its claim
is typed once, apart from the lines (`tests/derivations/typed_apart.py` reads the source), and must
equal the first and the last of them. `verify` first tries to refute each link with numbers, then
proves it.
"""

import time
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Expr, sympify

from ..errors import InputError, require_int
from .comparison import compare
from .implementations import Implementation
from .limit import SECONDS, TooLong, limited
from .parts import Chain, Claim, Slip, Step
from .printing import latex
from .refuter import refute
from .report import Report, Row

__all__ = ["Chain", "Claim", "Derivation", "Slip", "Step"]


@dataclass(frozen=True, repr=False)
class Derivation:
    """Claims with their lines, assumptions, implementations and slips. See `verify`.

    ``steps`` numbers the lines of all chains through, from 0. ``claim`` and ``result`` are those
    of the chain ``main`` (the last, unless said otherwise); `claims` has all.
    """

    id: str
    title: str
    statement: str
    chains: tuple[Chain, ...]
    assumptions: tuple[str, ...]
    implementations: tuple[Implementation, ...]
    slips: tuple[Slip, ...]
    main: int = -1

    @property
    def steps(self) -> tuple[Step, ...]:
        """All lines, chain after chain."""
        return tuple(step for chain in self.chains for step in chain.steps)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What is shown, one claim a chain."""
        return tuple(chain.claim for chain in self.chains)

    @property
    def claim(self) -> Claim:
        """The claim that all others lead to."""
        return self.chains[self.main].claim

    @property
    def result(self) -> Expr:
        """The last line of the main chain."""
        return self.chains[self.main].steps[-1].expr

    def place(self, step: int) -> tuple[int, int]:
        """Chain and position in it of line ``step``."""
        number = require_int("step", step, minimum=0, maximum=len(self.steps) - 1)
        for c, chain in enumerate(self.chains):
            if number < len(chain.steps):
                return c, number
            number -= len(chain.steps)
        raise AssertionError

    def replace(self, step: int, expr) -> "Derivation":
        """Return the same derivation with another expression at line ``step`` (from 0)."""
        c, k = self.place(step)
        chain = self.chains[c]
        steps = list(chain.steps)
        steps[k] = replace(steps[k], expr=sympify(expr))
        chains = list(self.chains)
        chains[c] = replace(chain, steps=tuple(steps))
        return replace(self, chains=tuple(chains))

    # -- evidence ---------------------------------------------------------------------------------
    def check_link(
        self,
        step: int,
        *,
        refuter: bool = True,
        prover: bool = True,
        seconds: float | None = SECONDS,
    ) -> Row:
        """Check line ``step`` against the one before it; a chain's first line has none.

        What takes longer than ``seconds`` is not accepted (None: no limit; see `limit`).
        """
        began = time.perf_counter()
        try:
            ok, kind, note = limited(lambda: self._link(step, refuter, prover), seconds)
        except TooLong:
            ok, kind, note = False, "too long", f"took longer than {seconds:g} s"
        return Row(step, ok, kind, time.perf_counter() - began, note)

    def _link(self, number, refuter, prover) -> tuple[bool, str, str]:
        c, k = self.place(number)
        chain = self.chains[c]
        if k == 0:
            raise InputError(f"line {number} begins a chain: there is no link before it.")
        step, before = chain.steps[k], chain.steps[k - 1]
        if latex(step.expr) == latex(before.expr):
            return False, "says nothing", "the line prints like the one before"
        if refuter:
            gap = step.gap.expr if step.gap else None
            note = refute(before.expr, step.expr, step.relation, chain.setting, gap)
            if note:
                return False, "refuted", note
        if not prover:
            return True, "not refuted", ""
        evidence = step.evidence or chain.evidence
        setting = replace(chain.setting, used=set())
        sides = before.expr, step.expr
        try:
            if step.gap is None:
                ok, note = evidence.prove(*sides, setting), ""
            else:
                note = step.gap.holds(*sides, step.relation, evidence, setting)
                ok = not note
        except Exception as problem:  # a wrong line can break anything; the row says what
            return False, "not proved", f"{type(problem).__name__}: {problem}"
        if not ok:
            return False, "not proved", note
        sizes = ", ".join(f"{a}={setting.sizes[a]}" for a in sorted(setting.used, key=str))
        kind = evidence.kind + (f" at {sizes}" if sizes else "")
        return True, kind, evidence.technique + _with_gap(step.gap)

    def check_claim(self, chain: int, *, refuter: bool = True, prover: bool = True) -> Row:
        """Check that the claim of a chain is what its first and last line say.

        It is typed apart from them; where it is written in another form it is proved to be equal.
        """
        began, shown = time.perf_counter(), self.chains[chain]
        claim, steps = shown.claim, shown.steps
        problems, another = [], ""
        for side, line, name in (
            (claim.left, steps[0].expr, "first line is not its left side"),
            (claim.right, steps[-1].expr, "last line is not its right side"),
        ):
            if side != line:
                another = ", in another form"
                if not self._same(side, line, shown, refuter, prover):
                    problems.append(f"the {name}")
        signs = {s.relation for s in steps[1:]} - {"="}
        strict = next((s for s in signs if s in "<>"), None)
        overall = strict or next(iter(signs), "=")
        one_way = signs <= {"≤", "<"} or signs <= {"≥", ">"}
        if not one_way or claim.relation != overall:
            problems.append(f"the lines do not show {claim.relation}")
        last = sum(len(c.steps) for c in self.chains[: chain + 1]) - 1
        note = "; ".join(problems) or f"equals the lines{another}"
        return Row(last, not problems, "claim", time.perf_counter() - began, note)

    @staticmethod
    def _same(side, line, chain, refuter, prover) -> bool:
        """Whether a side of a claim is refuted neither by numbers nor by the want of a proof."""
        if refuter and refute(side, line, "=", chain.setting):
            return False
        setting = replace(chain.setting, used=set())
        try:
            return not prover or limited(lambda: chain.evidence.prove(side, line, setting))
        except (Exception, TooLong):  # a wrong side can break anything
            return False

    def links(self) -> list[int]:
        """Numbers of all lines that follow from the one before."""
        return [n for n in range(len(self.steps)) if self.place(n)[1] > 0]

    def check_slip(self, slip: Slip) -> Row:
        """Put the wrong line in; the refuter and the prover alone must each reject it."""
        began = time.perf_counter()
        wrong = self.replace(slip.step, slip.expr)
        links = [n for n in (slip.step, slip.step + 1) if n in self.links()]
        by_number = any(not wrong.check_link(n, prover=False).ok for n in links)
        by_proof = any(not wrong.check_link(n, refuter=False).ok for n in links)
        ok = by_number and by_proof
        note = slip.printed if ok else f"NOT rejected: {slip.printed}"
        return Row(slip.step, ok, "slip rejected", time.perf_counter() - began, note)

    def verify(
        self,
        *,
        refuter: bool = True,
        prover: bool = True,
        implementations: bool = True,
        slips: bool = True,
    ) -> Report:
        """Re-run all evidence: claims, every link, the implementations, the slips.

        ``refuter=False`` leaves each link to the prover alone, ``prover=False`` to the numbers.
        """
        rows = []
        for c in range(len(self.chains)):
            rows.append(self.check_claim(c, refuter=refuter, prover=prover))
        for n in self.links():
            rows.append(self.check_link(n, refuter=refuter, prover=prover))
        if implementations:
            rows += [compare(self, item) for item in self.implementations]
        if slips:
            rows += [self.check_slip(slip) for slip in self.slips]
        return Report(self.id, tuple(rows))

    # -- display ----------------------------------------------------------------------------------
    @cached_property
    def report(self) -> Report:
        """The report of one `verify`, kept for the display."""
        return self.verify()

    def latex(self) -> str:
        """All chains as ``aligned`` environments, one after the other."""
        from .render import chain_latex

        return "\n\n".join(map(chain_latex, self.chains))

    def to_html(self, *, unfold: bool = False) -> str:
        """HTML with MathML: every line folded, or all open with ``unfold``."""
        from .render import derivation_html

        return derivation_html(self, unfold=unfold)

    def reveal(self):
        """A display of the derivation with every line open."""
        from .render import Html

        return Html(self.to_html(unfold=True), self)

    def _repr_html_(self) -> str:
        return self.to_html()

    def _repr_latex_(self) -> str:
        return self.latex()

    def __repr__(self) -> str:
        return f"{self.id}: {self.title} ({len(self.steps)} lines)"


def _with_gap(gap) -> str:
    if gap is None:
        return ""
    return ", with its gap" + ("" if gap.zero_when is None else ", 0 only where stated")
