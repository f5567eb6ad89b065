"""Records: what torch gives for a figure, found again by the spec that its page holds."""

import json

import pytest
import torch

from genedu.errors import StorageError
from genedu.explore import Normal, Slider, Text, Toggle, explore, records


def walk(x, eps, size, up):
    sign = torch.where(up, 1.0, -1.0)
    return {"x": x + sign * size * eps, "above": x > 0, "count": (x > 0).sum()}


PARTS = {
    "controls": {"size": Slider(0, 1, 0.5), "up": Toggle(True)},
    "state": {"x": torch.tensor([1.0, -2.0])},
    "view": Text("{count}"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GENEDU_EXPLORE_RECORDS", str(tmp_path / "records"))
    return tmp_path / "records"


def on_a_page(spec):
    """What the page's slot holds, read back; the keys in another order."""
    return json.loads(json.dumps(spec, ensure_ascii=False, sort_keys=True))


def test_a_record_holds_what_torch_gives(folder):
    figure = explore(walk, noise={"eps": Normal((2,))}, **PARTS)
    first, points, again = records.read(on_a_page(figure.spec), folder)
    assert torch.equal(first["x"], PARTS["state"]["x"])  # the state itself, not the next
    assert first["count"] == 1
    assert len(points) == len(again) > 5
    for inputs, outputs in points + again:
        sign = 1 if inputs["up"] else -1
        after = inputs["x"] + sign * inputs["size"] * inputs["eps"]
        assert torch.equal(outputs["x"], after)
        assert outputs["above"].tolist() == [x > 0 for x in inputs["x"].tolist()]
        assert outputs["count"] == outputs["above"].sum()
        assert outputs["count"].dtype is torch.int64
        assert inputs["up"].dtype is outputs["above"].dtype is torch.bool
        assert inputs["size"].shape == ()
    assert not torch.equal(points[0].inputs["eps"], again[0].inputs["eps"])


def test_without_noise_there_is_nothing_to_try_again(folder):
    figure = explore(lambda a: 2 * a, controls={"a": Slider(0, 3, 1)}, view=Text("{out}"))
    record = records.read(figure.spec, folder)
    assert record.again == []
    assert {"a": 3.0} in [{k: v.item() for k, v in inputs.items()} for inputs, _ in record.points]


def test_a_figure_that_is_not_recorded_says_what_to_do(folder):
    figure = explore(lambda a: 2 * a, controls={"a": Slider(0, 3, 1)}, view=Text("{out}"))
    changed = {**figure.spec, "controls": {"a": Slider(0, 4, 1).spec("a")}}
    with pytest.raises(StorageError, match="no record of the figure 'Live figure'; run `make cl"):
        records.read(changed, folder)


def test_without_the_variable_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.delenv("GENEDU_EXPLORE_RECORDS", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(records, "write", None)
    explore(lambda a: 2 * a, controls={"a": Slider(0, 3, 1)}, view=Text("{out}"))
    assert not any(tmp_path.iterdir())
