"""Chapter 6: the autoencoder."""

from . import codes, errors

QUESTIONS = (*errors.QUESTIONS, *codes.QUESTIONS)
