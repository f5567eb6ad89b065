"""Chapter 2: comparing distributions."""

from . import jensen_shannon, kullback_leibler

QUESTIONS = (*kullback_leibler.QUESTIONS, *jensen_shannon.QUESTIONS)
