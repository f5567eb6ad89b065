"""The models, one file a family; all of them are `GenerativeModel`s and are trained by `fit`."""

from .base import Batch, GenerativeModel, Player
from .boltzmann import BoltzmannMachine
from .rbm import RBM, GaussianBernoulliRBM, GaussianGaussianRBM

__all__ = [
    "RBM",
    "Batch",
    "BoltzmannMachine",
    "GaussianBernoulliRBM",
    "GaussianGaussianRBM",
    "GenerativeModel",
    "Player",
]
