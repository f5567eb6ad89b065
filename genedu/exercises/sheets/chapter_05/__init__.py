"""Chapter 5: what contrastive divergence learns."""

from . import noise, threshold

QUESTIONS = (*threshold.QUESTIONS, *noise.QUESTIONS)
