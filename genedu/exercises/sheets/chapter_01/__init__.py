"""Chapter 1: what a generative model is."""

from . import densities, likelihood

QUESTIONS = (*likelihood.QUESTIONS, *densities.QUESTIONS)
