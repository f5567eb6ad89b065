"""genedu.notebook.setup: device, budget, one line."""

import sys
import types

import pytest
import torch

from genedu import __version__, notebook
from genedu.errors import InputError


@pytest.fixture(autouse=True)
def no_choice_made(monkeypatch):
    monkeypatch.delenv("GENEDU_BUDGET", raising=False)


@pytest.mark.parametrize(
    ("gpu", "device", "budget"), [(False, "cpu", "quick"), (True, "cuda", "full")]
)
def test_the_budget_follows_the_device(monkeypatch, capsys, gpu, device, budget):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    assert notebook.setup() == (device, budget)
    said = capsys.readouterr().out
    assert said == f"genedu {__version__} · device {device} · budget {budget}\n"


@pytest.mark.parametrize("gpu", [False, True])
@pytest.mark.parametrize("budget", notebook.BUDGETS)
def test_the_environment_overrides_it(monkeypatch, gpu, budget):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    monkeypatch.setenv("GENEDU_BUDGET", budget)
    assert notebook.setup()[1] == budget


def test_another_budget_is_refused(monkeypatch):
    monkeypatch.setenv("GENEDU_BUDGET", "quik")
    with pytest.raises(InputError, match=r"GENEDU_BUDGET.*'quik'.*did you mean 'quick'"):
        notebook.setup()


def test_colab_gets_its_widget_manager(monkeypatch):
    calls = []
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    output = types.ModuleType("google.colab.output")
    output.enable_custom_widget_manager = lambda: calls.append("enabled")
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    notebook.setup()
    assert calls == ["enabled"]
