"""Every test runs on one thread: two workers share two cores."""

import matplotlib
import torch

matplotlib.use("agg")
torch.set_num_threads(1)
