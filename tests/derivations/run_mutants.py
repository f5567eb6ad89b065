"""All wrong versions of all lines, in both modes: ``make mutants``, or with ids as arguments.

A wrong line must be rejected with the refuter and by the prover alone. One that is the same
number at six witnesses is equivalent, and may pass. Exit status 1 if any other passes.
"""

import sys
import time
from collections import Counter
from functools import cache
from multiprocessing import get_context

from mutants import accepted, mutants, turned_bounds, verdict

from genedu import derivations

HEAD = ("derivation", "mutants", "rejected", "by proof", "equivalent", "accepted", "seconds")
load = cache(lambda id: derivations.load(id))


def try_line(task):
    """Counts of one line, and the mutants that were wrongly accepted."""
    id, step = task
    began, found, wrongly = time.perf_counter(), Counter(), []
    d = load(id)
    for wrong in mutants(d.steps[step].expr):
        by_all, by_proof, same = verdict(d, step, wrong)
        found.update(mutants=1, rejected=by_all, by_proof=by_proof, equivalent=same)
        if not ((by_all and by_proof) or same):
            mode = "prover alone" if by_all else "refuter and prover"
            wrongly.append(f"{id} line {step}, {mode}: {wrong}")
    for turned in turned_bounds(d, step):
        by_all = not accepted(turned, step)
        by_proof = not accepted(turned, step, refuter=False)
        found.update(mutants=1, rejected=by_all, by_proof=by_proof)
        if not (by_all and by_proof):
            wrongly.append(f"{id} line {step}: {turned.steps[step].relation}")
    found["accepted"] = len(wrongly)
    return id, found, wrongly, time.perf_counter() - began


def row(cells):
    first, *rest = map(str, cells)
    return f"{first:28s}" + "".join(f"{cell:>12s}" for cell in rest)


def main(ids) -> int:
    began = time.perf_counter()
    tasks = [(id, n) for id in ids for n in range(len(load(id).steps))]
    left = Counter(id for id, _ in tasks)
    counts, seconds, wrongly = {id: Counter() for id in ids}, Counter(), []
    print(row(HEAD), flush=True)
    with get_context("spawn").Pool(2) as pool:
        for id, found, accepted_lines, took in pool.imap_unordered(try_line, tasks):
            counts[id] += found
            seconds[id] += took
            wrongly += accepted_lines
            left[id] -= 1
            if left[id] == 0:
                c = counts[id]
                numbers = (c["mutants"], c["rejected"], c["by_proof"], c["equivalent"])
                print(row((id, *numbers, c["accepted"], f"{seconds[id]:.1f}")), flush=True)
    total = sum(counts.values(), Counter())
    for line in wrongly:
        print(f"ACCEPTED  {line}")
    print(
        f"{'FAILED' if wrongly else 'ok'}: {total['mutants']} wrong lines in {len(ids)} "
        f"derivations, {len(wrongly)} wrongly accepted, {total['equivalent']} equivalent, "
        f"{time.perf_counter() - began:.0f} s"
    )
    return 1 if wrongly else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or derivations.ids()))
