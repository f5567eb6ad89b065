"""`fit`: what it promises about steps, seeds, checkpoints and errors."""

import copy
import io
import math
import signal
import subprocess
import sys
import time

import pytest
import torch
from torch import nn

from genedu.errors import CheckpointError, InputError, StorageError, TrainingError
from genedu.files import read_sealed, write_sealed
from genedu.models import RBM, Batch, GenerativeModel, Player
from genedu.training import CHECKPOINT_NAME, every, fit


class Line(GenerativeModel):
    """Two players by autograd on one batch: a mean and a scale, with noise in the loss."""

    event_shape = (2,)

    def __init__(self, spoil_at=None):
        super().__init__()
        self.mean, self.scale = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.ones(2))
        self.moves, self.spoil_at = [], spoil_at

    def _mean_loss(self, batch, *, generator=None):
        self.moves.append("mean")
        noise = torch.randn(2, generator=generator, device=batch.x.device)
        loss = ((batch.x - self.mean + 0.01 * noise) ** 2).mean()
        return loss * math.nan if len(self.moves) == self.spoil_at else loss

    def _scale_loss(self, batch, *, generator=None):
        self.moves.append("scale")
        return ((batch.x.std(0) - self.scale) ** 2).mean()

    @property
    def players(self):
        return (
            Player("mean", (self.mean,), loss=self._mean_loss),
            Player("scale", (self.scale,), loss=self._scale_loss),
        )


DATA = torch.randn(50, 2, generator=torch.Generator().manual_seed(0)) + 3
DIGITS = torch.rand(60, 8, generator=torch.Generator().manual_seed(1)).round()


def run(model=None, **options):
    model = model or Line()
    arguments = {"steps": 20, "batch_size": 10, "progress": False, **options}
    return model, fit(model, DATA, **arguments)


def test_players_move_in_turn_and_every_loss_is_kept():
    model, history = run(steps=3)
    assert model.moves == ["mean", "scale"] * 3
    assert {name: len(values) for name, values in history.losses.items()} == {
        "mean": 3,
        "scale": 3,
    }
    assert history.steps == 3
    assert history.seconds > 0


def test_one_step_of_sgd_is_the_gradient_times_the_rate():
    model, _ = run(steps=1, batch_size=50, lr=0.1, optimizer="sgd", seed=7)
    # the whole data set is one batch; the noise comes from a generator seeded with 7
    noise = torch.randn(2, generator=torch.Generator().manual_seed(7))
    gradient = -2 * (DATA + 0.01 * noise).mean(0) / 2  # mean over examples and both columns
    torch.testing.assert_close(model.mean.detach(), -0.1 * gradient)


def test_adam_is_torch_s_adam():
    model, _ = run(steps=5, batch_size=50, lr=0.05, seed=1)
    other = Line()
    optimizer = torch.optim.Adam([other.mean], lr=0.05)
    generator = torch.Generator().manual_seed(1)
    for _ in range(5):
        optimizer.zero_grad()
        other._mean_loss(Batch(DATA), generator=generator).backward()
        optimizer.step()
    torch.testing.assert_close(model.mean, other.mean)


def test_an_epoch_shows_every_example_once():
    seen = []
    model = Line()
    inner = model._scale_loss
    model._scale_loss = lambda batch, **k: seen.append(batch.x.clone()) or inner(batch, **k)
    run(model, steps=10)
    for epoch in (seen[:5], seen[5:]):
        rows = torch.cat(epoch)
        assert torch.equal(rows.sort(0).values, DATA.sort(0).values)
    assert not torch.equal(torch.cat(seen[:5]), torch.cat(seen[5:]))


def test_the_seed_decides():
    first, again, other = (run(seed=seed)[1].losses for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_schedule_sets_the_rate_of_each_step():
    model, _ = run(steps=4, lr=lambda step: 1.0 if step == 0 else 1e-12, optimizer="sgd")
    after_one, _ = run(steps=1, lr=1.0, optimizer="sgd")
    torch.testing.assert_close(model.mean, after_one.mean)


def test_callbacks_see_the_step_and_can_be_sparse():
    steps = []
    run(steps=7, callbacks=[every(3, lambda seen: steps.append((seen.step, seen.history.steps)))])
    assert steps == [(3, 3), (6, 6)]


def rbm(seed=0):
    torch.manual_seed(seed)
    return RBM(8, 3, method="pcd", num_chains=10)


@pytest.mark.parametrize("make, data", [(Line, DATA), (rbm, DIGITS)], ids=["autograd", "by hand"])
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_resumed_run_ends_with_the_same_bits(tmp_path, make, data, optimizer):
    options = {"batch_size": 10, "progress": False, "optimizer": optimizer, "seed": 3}
    whole = make()
    through = fit(whole, data, steps=30, **options)
    fit(make(), data, steps=13, checkpoint_dir=tmp_path, **options)
    torch.manual_seed(99)  # the parameters of the second object must not matter
    half = make()
    resumed = fit(half, data, steps=30, checkpoint_dir=tmp_path, **options)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, half.state_dict()[name]), name
    assert resumed.losses == through.losses


def test_a_finished_run_is_not_run_again(tmp_path):
    first, history = run(checkpoint_dir=tmp_path)
    second, again = run(checkpoint_dir=tmp_path)
    assert second.moves == []
    assert again.losses == history.losses
    assert torch.equal(first.mean, second.mean)


def test_a_killed_run_goes_on_to_the_same_numbers(tmp_path):
    code = (
        "import torch; from genedu.models import RBM; from genedu.training import fit\n"
        "x = torch.rand(60, 8, generator=torch.Generator().manual_seed(1)).round()\n"
        "torch.manual_seed(0)\n"
        f"fit(RBM(8, 3, method='pcd', num_chains=10), x, steps=100000, batch_size=10, seed=3,"
        f" progress=False, checkpoint_every=5, checkpoint_dir={str(tmp_path)!r})"
    )
    path = tmp_path / CHECKPOINT_NAME
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        limit = time.monotonic() + 120
        while not path.exists() and time.monotonic() < limit:
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
    options = {"batch_size": 10, "progress": False, "seed": 3}
    resumed_from = []
    half = rbm()
    kept = copy.deepcopy(half)
    # the killed run stopped somewhere: go a few steps further than it got
    at = torch.load(io.BytesIO(read_sealed(path)), weights_only=True)["step"]
    fit(
        half,
        DIGITS,
        steps=at + 7,
        checkpoint_dir=tmp_path,
        callbacks=[lambda seen: resumed_from.append(seen.step)],
        **options,
    )
    fit(kept, DIGITS, steps=at + 7, **options)
    assert resumed_from == list(range(at + 1, at + 8))
    assert torch.equal(half.weight, kept.weight)


def test_the_checkpoint_of_another_run_is_refused(tmp_path):
    run(checkpoint_dir=tmp_path)
    for change in ({"seed": 1}, {"batch_size": 5}, {"optimizer": "sgd"}, {"lr": 0.5}):
        with pytest.raises(CheckpointError, match="belongs to another run"):
            run(checkpoint_dir=tmp_path, **change)
    with pytest.raises(CheckpointError, match="belongs to another run"):
        fit(Line(), DATA + 1, steps=20, batch_size=10, progress=False, checkpoint_dir=tmp_path)


def test_a_run_does_not_change_devices_half_way(tmp_path):
    run(checkpoint_dir=tmp_path, device="cpu")
    path = tmp_path / CHECKPOINT_NAME
    state = torch.load(io.BytesIO(read_sealed(path)), weights_only=True)
    assert " on cpu" in state["fingerprint"]
    state["fingerprint"] = state["fingerprint"].replace(" on cpu", " on cuda")
    state["generator"] = torch.zeros(16, dtype=torch.uint8)  # a GPU's generator is that short
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_sealed(path, buffer.getvalue())
    with pytest.raises(CheckpointError, match=r"on cuda.* but this one is .*on cpu"):
        run(checkpoint_dir=tmp_path, device="cpu")


@pytest.mark.parametrize("damage", [lambda b: b[:-100], lambda b: b"?" + b[1:]])
def test_a_damaged_checkpoint_is_kept_aside(tmp_path, damage):
    run(checkpoint_dir=tmp_path)
    path = tmp_path / CHECKPOINT_NAME
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(StorageError, match=r"kept as `fit\.ckpt\.damaged-1`"):
        run(checkpoint_dir=tmp_path)
    assert (tmp_path / f"{CHECKPOINT_NAME}.damaged-1").exists()
    run(checkpoint_dir=tmp_path)  # and afresh


def test_an_unwritable_checkpoint_folder_stops_with_its_name(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"cannot write .*file"):
        run(checkpoint_dir=tmp_path / "file")


def test_the_first_loss_that_is_not_finite_stops_the_run():
    model = Line(spoil_at=5)  # moves alternate: the fifth move is the third step of "mean"
    with pytest.raises(TrainingError, match="loss of player 'mean' is nan at step 3"):
        run(model)
    assert len(model.moves) == 5


class Dropping(GenerativeModel):
    """One player whose only noise is that of a layer, from torch's global generator."""

    event_shape = (2,)

    def __init__(self, share=0.5):
        super().__init__()
        self.share = share
        self.body = nn.Sequential(nn.Linear(2, 16), nn.Dropout(share), nn.Linear(16, 2))
        for parameter in self.parameters():
            nn.init.constant_(parameter, 0.1)

    def _loss(self, batch, *, generator=None):
        return ((self.body(batch.x) - batch.x) ** 2).mean()

    @property
    def players(self):
        return (Player("body", tuple(self.parameters()), loss=self._loss),)


def test_a_seed_fixes_dropout_too_and_leaves_the_global_generator_alone():
    model, before = Dropping(), torch.get_rng_state()
    _, first = run(model, seed=3)
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(9)
    _, again = run(Dropping(), seed=3)
    _, other = run(Dropping(), seed=4)
    assert first.losses == again.losses != other.losses


def test_a_resumed_run_drops_what_the_whole_run_drops(tmp_path):
    _, whole = run(Dropping(), steps=12)
    run(Dropping(), steps=5, checkpoint_dir=tmp_path)
    torch.rand(9)
    _, resumed = run(Dropping(), steps=12, checkpoint_dir=tmp_path)
    assert resumed.losses == whole.losses


def test_a_model_in_eval_mode_is_trained_and_is_in_eval_mode_again():
    model, history = run(Dropping().eval(), steps=3, seed=3)
    assert history.losses == run(Dropping(), steps=3, seed=3)[1].losses
    assert not any(module.training for module in model.modules())


def test_an_option_that_changes_no_shape_makes_another_run(tmp_path):
    run(Dropping(0.5), steps=2, checkpoint_dir=tmp_path)
    with pytest.raises(CheckpointError, match=r"'share': 0\.5.*'share': 0\.1"):
        run(Dropping(0.1), steps=4, checkpoint_dir=tmp_path)


def test_no_grad_around_it_and_other_dtypes_do_not_matter(tmp_path):
    with torch.no_grad():
        model, history = run(Dropping().double(), steps=3, checkpoint_dir=tmp_path / "double")
    assert model.body[0].weight.dtype == torch.float64
    assert history.steps == 3
    run(Dropping().bfloat16(), steps=3, checkpoint_dir=tmp_path / "short")


def test_no_state_of_accelerate_is_left_behind():
    from accelerate.state import AcceleratorState, PartialState

    run(steps=1)
    assert not AcceleratorState._shared_state
    assert not PartialState._shared_state


def test_bf16_runs_on_the_cpu():
    _, history = run(precision="bf16", steps=2)
    assert all(map(math.isfinite, history.losses["mean"]))


@pytest.mark.parametrize(
    "options, told",
    [
        ({"steps": -1}, "`steps` is -1"),
        ({"batch_size": 0}, "`batch_size` is 0"),
        ({"lr": 0}, "`lr` is 0, but a finite number > 0"),
        ({"lr": "fast"}, "`lr` is 'fast'"),
        ({"seed": 1.5}, "`seed` is 1.5"),
        ({"optimizer": "adamw"}, "did you mean 'adam'"),
        ({"precision": "fp8"}, "`precision` is 'fp8'"),
        ({"device": "gpu"}, "`device` is 'gpu'"),
        ({"device": "tpu"}, "`device` is 'tpu'"),
        ({"checkpoint_every": 0}, "`checkpoint_every` is 0"),
        ({"seed": 2**32}, "an integer from 0 to 4294967295"),
        ({"device": "cpu:3"}, "`device` is 'cpu:3'"),
        ({"callbacks": 3}, "`callbacks` is 3, but a list of functions"),
        ({"callbacks": [3]}, r"`callbacks` is \[3\]"),
        ({"checkpoint_dir": 5}, "`checkpoint_dir` is 5, but the path of a folder"),
        ({"lr": lambda step: None}, "`lr` is None"),
        ({"lr": lambda step: -1.0}, "`lr` is -1.0"),
    ],
)
def test_bad_arguments(options, told):
    with pytest.raises(InputError, match=told):
        run(**options)


def test_cuda_without_a_gpu_is_told():
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(InputError, match="torch sees no GPU here; use device='auto'"):
        run(device="cuda")


@pytest.mark.parametrize("data", [None, [1.0], "mnist", torch.zeros(0, 2), torch.zeros(4, 3)])
def test_bad_data(data):
    with pytest.raises(InputError, match="`data`"):
        fit(Line(), data, steps=1, progress=False)


def test_a_model_that_is_none_is_refused():
    with pytest.raises(InputError, match="`model` is Linear"):
        fit(nn.Linear(2, 2), DATA, steps=1)


def test_a_player_gives_exactly_one_way_to_its_gradient():
    with pytest.raises(InputError, match="gives neither"):
        Player("p", ())
    with pytest.raises(InputError, match="gives both"):
        Player("p", (), loss=len, gradient=len)
