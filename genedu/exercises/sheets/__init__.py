"""The questions, one file a chapter: ``chapter_NN.py`` with a tuple ``QUESTIONS``.

A question is one dataclass of `genedu.exercises.question`, beside its chapter's others; adding
one, or a file, needs no change elsewhere. A `FunctionQuestion` names its reference, its cases (the
smallest first, drawn in float64 from the seeded `Draw`) and at least three mistakes. A mistake is
a wrong answer and the sentence for it: `check` says the sentence to every answer that gives the
same values, so write what the student should think about, never what the answer is. Sentences for
what an answer *does* (overflow, in-place changes, a lost gradient) are constants in `messages`.
"""
