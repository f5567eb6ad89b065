"""Chapter 3: the Boltzmann machine."""

from . import energy, learning

QUESTIONS = (*energy.QUESTIONS, *learning.QUESTIONS)
