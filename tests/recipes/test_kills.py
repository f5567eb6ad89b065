"""Killed at any moment, training goes on to the same numbers, and a model is old or new, whole."""

import io
import subprocess
import sys
from pathlib import Path

import torch
from tiny import TINY

from genedu import recipes
from genedu.files import read_sealed
from genedu.training import CHECKPOINT_NAME

SCRIPT = Path(__file__).with_name("kills.py")


def run(what, folder):
    command = [sys.executable, str(SCRIPT), what, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_training_that_is_killed_twelve_times_ends_with_the_same_bits(tmp_path):
    run("train", tmp_path)
    checkpoint = tmp_path / CHECKPOINT_NAME
    assert len(list(tmp_path.glob(f".{CHECKPOINT_NAME}.*"))) >= 5  # writes that were cut in two
    at = torch.load(io.BytesIO(read_sealed(checkpoint)), weights_only=True)["step"]
    assert at >= 6  # and yet it went on from each kill to the next
    seen = []
    options = {"steps": at + 5, "device": "cpu", "progress": False}
    killed, history = recipes.train(
        TINY, checkpoint_dir=tmp_path, callbacks=[lambda p: seen.append(p.step)], **options
    )
    assert seen == list(range(at + 1, at + 6))
    whole, unbroken = recipes.train(TINY, **options)
    assert history.losses == unbroken.losses
    for name, value in whole.state_dict().items():
        assert torch.equal(value, killed.state_dict()[name]), name


def test_a_kill_while_a_model_is_stored_leaves_the_old_one(tmp_path):
    run("save", tmp_path)
