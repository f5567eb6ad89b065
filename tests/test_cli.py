"""The command line as a person meets it: tables, one sentence, exit codes."""

import subprocess
import sys

import pytest

from genedu import derivations, recipes


def genedu(*arguments, **options):
    command = [sys.executable, "-c", "from genedu.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, **options)


@pytest.mark.parametrize(
    "arguments, told",
    [
        (("train", "rbm-mnist-21"), "did you mean 'rbm-mnist-20'"),
        (("train", "grbm-moons", "--budget", "ful"), "did you mean 'full'"),
        (("train", "grbm-moons", "--steps", "0"), "`steps` is 0"),
        (("verify", "bm-gradeint"), "did you mean 'bm-gradient'"),
        (("list", "recipe"), "did you mean 'recipes'"),
        (("train", "grbm-moons", "--steps", "2", "--out", "/dev/null/x"), "cannot write"),
        (("train", "grbm-moons", "--ship"), "takes only the whole full budget"),
        (("train", "grbm-moons", "--budget", "full", "--steps", "9", "--ship"), "no `--steps`"),
    ],
)
def test_an_error_is_one_sentence_and_exit_2(arguments, told):
    done = genedu(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.splitlines()[-1].startswith("genedu: ")
    assert "Traceback" not in done.stderr + done.stdout


def test_lists():
    done = genedu("list")
    assert [line.split()[0] for line in done.stdout.splitlines()] == recipes.names()
    done = genedu("list", "checkpoints")
    assert [line.split()[0] for line in done.stdout.splitlines()] == [*recipes.checkpoints()]
    assert "nats" in done.stdout
    done = genedu("list", "derivations")
    assert [line.split()[0] for line in done.stdout.splitlines()] == derivations.ids()
    done = genedu("list", "datasets")
    assert "mnist" in done.stdout
    assert "CC BY-SA" in done.stdout


def test_verify_prints_a_table_and_succeeds():
    done = genedu("verify", "bm-conditional")
    assert done.returncode == 0, done.stderr
    assert "bm-conditional" in done.stdout


def test_verify_v_shows_each_step():
    quiet, loud = genedu("verify", "bm-conditional"), genedu("verify", "bm-conditional", "-v")
    steps = len(derivations.load("bm-conditional").steps)
    assert len(loud.stdout.splitlines()) >= len(quiet.stdout.splitlines()) + steps - 1


def test_a_failed_step_makes_exit_1(monkeypatch):
    from typer.testing import CliRunner

    from genedu.cli import app

    sound = derivations.load("bm-conditional")
    broken = sound.replace(len(sound.steps) - 1, sound.steps[1].expr)
    monkeypatch.setattr(derivations, "load", lambda _: broken)
    result = CliRunner().invoke(app, ["verify", "bm-conditional"])
    assert result.exit_code == 1


def test_train_keeps_its_model_goes_on_and_starts_afresh(tmp_path):
    for steps, more in (("30", ()), ("50", ()), ("20", ("--no-resume",))):
        done = genedu("train", "grbm-moons", "--steps", steps, *more, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert f"{steps} steps" in done.stdout
        assert "angle to the first principal axis" in done.stdout
        assert "runs/grbm-moons-quick-seed0" in done.stdout.splitlines()[-1]
    folder = tmp_path / "runs" / "grbm-moons-quick-seed0"
    assert recipes.checkpoints(folder)["grbm-moons"].steps == 20
    recipes.load("grbm-moons", folder)


def test_ship_writes_into_the_package(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from genedu.cli import app
    from genedu.recipes import manifest

    monkeypatch.setattr(manifest, "SHIPPED", tmp_path / "shipped")
    monkeypatch.chdir(tmp_path)
    command = ["train", "grbm-moons", "--budget", "full", "--ship", "--device", "cpu"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "ships with genedu (210 bytes)" in result.output
    assert list(recipes.checkpoints()) == ["grbm-moons"]
    recipes.load("grbm-moons")
