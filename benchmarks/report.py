"""What every benchmark shares: rows of figure, target and verdict, and fair timing."""

import gc
import statistics
import time
from collections.abc import Callable

import torch
from threadpoolctl import threadpool_limits


def row(figure: str, value: float, target: str, reached: bool, note: str = "") -> bool:
    """Print one row and return whether the target was reached."""
    verdict = "reached" if reached else "MISSED"
    print(f"{figure:<58} {value:>10.4g}   target {target:<12} {verdict}  {note}", flush=True)
    return reached


def spread(values) -> str:
    """Median and range in words, for the note of a row."""
    values = [float(value) for value in values]
    low, high = min(values), max(values)
    return f"median {statistics.median(values):.4g}, range {low:.4g} to {high:.4g}"


def interleaved(
    peers: dict[str, Callable[[], None]], *, repeats: int = 7, threads: int = 1
) -> dict[str, dict[str, list[float]]]:
    """Time the peers in turn, A B C A B C …, in this process; seconds of wall and of CPU time."""
    times = {name: {"wall": [], "cpu": []} for name in peers}
    torch.set_num_threads(threads)
    with threadpool_limits(threads):
        for number in range(repeats + 1):
            for name, run in peers.items():
                gc.collect()
                wall, cpu = time.perf_counter(), time.process_time()
                run()
                if number:  # the first round warms up
                    times[name]["wall"].append(time.perf_counter() - wall)
                    times[name]["cpu"].append(time.process_time() - cpu)
    return times


def ratios(times, slower: str, faster: str, clock: str) -> list[float]:
    """``slower / faster`` for each round, so that a drift of the machine cancels."""
    pairs = zip(times[slower][clock], times[faster][clock], strict=True)
    return [a / b for a, b in pairs]
