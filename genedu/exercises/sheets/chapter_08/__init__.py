"""Chapter 8: using a VAE."""

from .decoder import BEST, LOST, SEEN
from .likelihood import ENDS, MIDDLE, SPOT

QUESTIONS = (BEST, SPOT, LOST, MIDDLE, SEEN, ENDS)
