"""Chapter 7: the variational autoencoder."""

from .bound import GAP, NOISE, PRICE
from .gradient import BASELINE, SPOT
from .units import ALIVE, REVIVED

QUESTIONS = (PRICE, SPOT, GAP, ALIVE, NOISE, BASELINE, REVIVED)
