"""Run by test_kills.py in a process of its own: children that write and are killed.

``python kills.py train FOLDER`` kills one training run again and again, in the middle of a write
and at random moments; ``python kills.py save FOLDER`` one that stores a trained model.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

import torch
from tiny import TINY

from genedu import files, recipes


def stop_in_the_middle(write: int, marker: Path):
    """From now on the file of the ``write``-th write gets half of its bytes, and no more."""
    count = 0

    class Half:
        def __init__(self, *arguments):
            self.file = open(*arguments)  # noqa: SIM115

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, payload):
            nonlocal count
            count += 1
            if count < write:
                return self.file.write(payload)
            self.file.write(payload[: len(payload) // 2])
            self.file.flush()
            marker.touch()
            time.sleep(120)

        def __getattr__(self, name):
            return getattr(self.file, name)

    files.open = Half


def killed(work, folder: Path, write: int | None, delay: float) -> None:
    """Do ``work`` in a child; kill it in the middle of its ``write``-th write, or after a time."""
    marker = folder / "half"
    marker.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        if write is not None:
            stop_in_the_middle(write, marker)
        work()
        os._exit(1)  # not reached: the work is longer than the time
    limit = time.monotonic() + 60
    if write is None:
        time.sleep(delay)
    while write is not None and not marker.exists() and time.monotonic() < limit:
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child ended before it was killed"
    assert write is None or marker.exists(), "the child was not killed in a write"


def train(folder: Path) -> None:
    dice = random.Random(0)

    def work():
        recipes.train(
            TINY, checkpoint_dir=folder, checkpoint_every=1, device="cpu", progress=False
        )

    for _ in range(6):
        killed(work, folder, dice.randint(2, 5), 0)  # the first write may be that of recipe.txt
        killed(work, folder, None, dice.uniform(0, 0.4))


def save(folder: Path) -> None:
    def work(seed=1):
        options = {"budget": "full", "seed": seed, "device": "cpu", "progress": False}
        model, history = recipes.train(TINY, **options)
        recipes.save(TINY, model, history, folder, budget="full", seed=seed)

    work(seed=0)
    old = recipes.load(TINY, folder).weight
    for write in (1, 2):  # the weights, the manifest
        killed(work, folder, write, 0)
        assert torch.equal(recipes.load(TINY, folder).weight, old), "the old model is not there"
    work()
    assert not torch.equal(recipes.load(TINY, folder).weight, old), "the new model is not there"


if __name__ == "__main__":
    torch.set_num_threads(1)  # a forked child has no other threads
    {"train": train, "save": save}[sys.argv[1]](Path(sys.argv[2]))
