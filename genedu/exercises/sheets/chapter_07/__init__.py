"""Chapter 7: the variational autoencoder."""

from .bound import GAP, NOISE, PRICE, RATE
from .gradient import BASELINE, SPOT
from .units import ALIVE, REVIVED

QUESTIONS = (PRICE, SPOT, GAP, ALIVE, NOISE, RATE, BASELINE, REVIVED)
