"""The models, one file a family; all of them are `GenerativeModel`s and are trained by `fit`."""

from .autoencoder import Autoencoder
from .base import Batch, GenerativeModel, Player
from .boltzmann import BoltzmannMachine
from .rbm import RBM, GaussianBernoulliRBM, GaussianGaussianRBM
from .vae import VAE

__all__ = [
    "RBM",
    "VAE",
    "Autoencoder",
    "Batch",
    "BoltzmannMachine",
    "GaussianBernoulliRBM",
    "GaussianGaussianRBM",
    "GenerativeModel",
    "Player",
]
