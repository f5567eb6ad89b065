"""What `verify` found: rows, a table of them, and one line a derivation for the command line."""

from dataclasses import dataclass

__all__ = ["Report", "Row", "summary_table"]


@dataclass(frozen=True)
class Row:
    """One check. ``step`` numbers the line that it is about; ``kind`` says what was found.

    Kinds: "proved", "proved at M=3", "tested at 200 points", "not refuted" (the prover was off);
    "claim"; "compared" (an implementation), "slip rejected"; where ``ok`` is False also
    "refuted", "not proved", "says nothing", "too long".
    """

    step: int
    ok: bool
    kind: str
    seconds: float
    note: str


@dataclass(frozen=True)
class Report:
    """All rows of one `Derivation.verify`."""

    id: str
    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return all(row.ok for row in self.rows)

    @property
    def seconds(self) -> float:
        """Time of all checks together."""
        return sum(row.seconds for row in self.rows)

    @property
    def failures(self) -> tuple[Row, ...]:
        """The rows that did not pass."""
        return tuple(row for row in self.rows if not row.ok)

    def count(self, kind: str) -> int:
        """Number of passed rows of a kind; "proved at size" counts all sizes together."""

        def same(found):
            if kind == "proved at size":
                return found.startswith("proved at ")
            return found == kind or (kind == "tested" and found.startswith("tested"))

        return sum(row.ok and same(row.kind) for row in self.rows)

    def _repr_html_(self) -> str:
        from .render import report_html

        return report_html(self)

    def __str__(self) -> str:
        width = max(len(row.kind) for row in self.rows)
        lines = [f"{self.id}: {'ok' if self.ok else 'FAILED'} ({self.seconds:.2f} s)"]
        for row in self.rows:
            mark = "ok  " if row.ok else "FAIL"
            found = f"{mark} {row.kind:{width}s} {row.seconds:6.2f} s  {row.note}"
            lines.append(f"  line {row.step:2d}  {found}")
        return "\n".join(lines)


HEAD = ("derivation", "lines", "proved", "at size", "tested", "code", "slips", "seconds", "")


def summary_table(reports) -> str:
    """One line for each report: lines proved, proved at a size and tested, implementations
    compared, slips rejected, seconds, and whether all is well.

    >>> row = Row(1, True, "proved at M=3", 0.25, "algebra")
    >>> print(summary_table([Report("bm-gradient", (row,))]))
    derivation   lines  proved  at size  tested  code  slips  seconds
    bm-gradient      1       0        1       0     0      0     0.25  ok
    """
    table = [HEAD]
    for report in reports:
        counts = [report.count(k) for k in ("proved", "proved at size", "tested")]
        code, slips = report.count("compared"), report.count("slip rejected")
        failed = len(report.failures)
        verdict = "ok" if not failed else f"{failed} FAILED"
        numbers = [str(n) for n in (sum(counts), *counts, code, slips)]
        table.append((report.id, *numbers, f"{report.seconds:.2f}", verdict))
    widths = [max(len(row[k]) for row in table) for k in range(len(HEAD))]
    lines = []
    for row in table:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(w) for cell, w in zip(row[1:-1], widths[1:-1], strict=True)]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines)
