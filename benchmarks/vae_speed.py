"""Speed of a training epoch of a VAE 784-400-20, batch 100, against pythae.

pip install --no-deps pythae imageio   # their other needs are in requirements.txt
python benchmarks/vae_speed.py

pythae (Chadebec, Vincent and Allassonnière 2022) is timed twice, with networks of the same sizes:
with its own trainer, and its model in a bare loop of Adam over shuffled rows of a tensor, which
has none of its data loader, callbacks and copies of the best model. A round is four epochs, so
that what each does once, before and after training, weighs little.

The matrix products alone are timed beside them, for information: all three call the same. On an
AMD processor with AVX-512 the MKL behind `torch.mm` runs at half of what the processor can do;
they are over two thirds of our step there, and what is left cannot make up 1.8 times.
"""

import contextlib
import logging
import os
import statistics
import tempfile
import warnings
from collections.abc import Callable

import torch
from report import interleaved, ratios, row, spread
from torch import nn

from genedu.data import load
from genedu.models import VAE
from genedu.models.networks import mlp_decoder, mlp_encoder
from genedu.training import fit

BATCH, PIXELS, HIDDEN, LATENT, RATE = 100, 784, 400, 20, 1e-3
EPOCHS = 4  # a round
TARGETS = {"pythae's trainer": 1.8, "pythae's model": 1.4}


def pythae_peers(data: torch.Tensor, folder: str) -> dict[str, Callable[[], None]]:
    """A round each: by pythae's trainer, and of its model in a bare loop."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pythae.data.datasets import BaseDataset
        from pythae.models import VAE as Theirs
        from pythae.models import VAEConfig
        from pythae.models.base.base_utils import ModelOutput
        from pythae.models.nn import BaseDecoder, BaseEncoder
        from pythae.trainers import BaseTrainer, BaseTrainerConfig
    logging.disable(logging.INFO)

    class Encoder(BaseEncoder):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU())
            self.mean, self.log_var = nn.Linear(HIDDEN, LATENT), nn.Linear(HIDDEN, LATENT)

        def forward(self, x):
            hidden = self.body(x)
            return ModelOutput(embedding=self.mean(hidden), log_covariance=self.log_var(hidden))

    class Decoder(BaseDecoder):
        def __init__(self):
            super().__init__()
            layers = nn.Linear(LATENT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, PIXELS), nn.Sigmoid()
            self.body = nn.Sequential(*layers)

        def forward(self, z):
            return ModelOutput(reconstruction=self.body(z))

    def model():
        config = VAEConfig(input_dim=(PIXELS,), latent_dim=LATENT, reconstruction_loss="bce")
        return Theirs(config, encoder=Encoder(), decoder=Decoder())

    settings = BaseTrainerConfig(
        output_dir=folder,
        num_epochs=EPOCHS,
        per_device_train_batch_size=BATCH,
        learning_rate=RATE,
        no_cuda=True,
    )
    dataset = BaseDataset(data, torch.zeros(len(data)))
    trained, bare = model(), model()
    optimizer = torch.optim.Adam(bare.parameters(), lr=RATE)

    def trainer():
        with open(os.devnull, "w") as nothing, contextlib.redirect_stderr(nothing):
            BaseTrainer(trained, dataset, training_config=settings).train()

    def loop():
        for _ in range(EPOCHS):
            for rows in torch.randperm(len(data)).split(BATCH):
                loss = bare({"data": data[rows]}).loss
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                loss.item()

    return {"pythae's trainer": trainer, "pythae's model": loop}


def floor(batches: int) -> Callable[[], None]:
    """A round of the matrix products alone: each layer forward, its weights, its inputs."""
    layers = (PIXELS, HIDDEN), (HIDDEN, 2 * LATENT), (LATENT, HIDDEN), (HIDDEN, PIXELS)
    tensors = [
        (torch.rand(BATCH, inputs), torch.rand(outputs, inputs), torch.rand(BATCH, outputs))
        for inputs, outputs in layers
    ]

    def products():
        for _ in range(EPOCHS * batches):
            for number, (x, weight, slope) in enumerate(tensors):
                x @ weight.T, slope.T @ x
                if number:  # nobody asks for the slope of the data
                    slope @ weight

    return products


def main() -> bool:
    data = load("mnist", size=5000).binarized().flattened().x
    torch.manual_seed(0)
    sizes = (HIDDEN,)
    ours = VAE(
        mlp_encoder((PIXELS,), 2 * LATENT, sizes), mlp_decoder(LATENT, (PIXELS,), sizes), LATENT
    )

    def genedu():
        steps = EPOCHS * (len(data) // BATCH)
        fit(ours, data, steps=steps, batch_size=BATCH, lr=RATE, progress=False, device="cpu")

    done = []
    with tempfile.TemporaryDirectory() as folder:
        peers = {"genedu": genedu, **pythae_peers(data, folder)}
        peers["products alone"] = floor(len(data) // BATCH)
        times = interleaved(peers, threads=1)
    for clock in ("cpu", "wall"):
        label = f"{clock} time, 1 thread"
        for name, each in times.items():
            median = 1000 * statistics.median(each[clock]) / EPOCHS
            print(f"{name:<18} {median:8.1f} ms an epoch ({label})")
        if any(max(each[clock]) > 2 * min(each[clock]) for each in times.values()):
            print("a slowest round took over twice the fastest: machine busy, no verdict holds")
            done.append(False)
        for name, target in TARGETS.items():
            gain = ratios(times, name, "genedu", clock)
            middle = statistics.median(gain)
            figure = f"faster than {name}, {label}"
            done.append(row(figure, middle, f">= {target}", middle >= target, spread(gain)))
    return all(done)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
