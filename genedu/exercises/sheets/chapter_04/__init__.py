"""Chapter 4: the restricted Boltzmann machine."""

from . import energies, lamps, sampling

QUESTIONS = (*energies.QUESTIONS, *lamps.QUESTIONS, *sampling.QUESTIONS)
