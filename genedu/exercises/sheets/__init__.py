"""The questions, one folder a chapter, ``chapter_NN``, and in its files a tuple ``QUESTIONS``.

A question is one dataclass of `genedu.exercises.question`, beside its neighbours; adding one needs
no change elsewhere, and a new file is named once, in the folder's ``__init__.py``. The order is
that of the chapter. `tools/hint_folds.py` writes the hints into the chapter's notebook: Markdown,
with ``$LaTeX$`` and `code`.

A `FunctionQuestion` names its reference, its cases (the smallest first, drawn in float64 from the
seeded `Draw`) and at least three mistakes. The reference is also the solution on the book's page:
a function with the name and the arguments of the student's, which uses nothing of its own file but
the imports. A mistake is a wrong answer and the sentence for it: `check` says the sentence to
every answer that gives the same values, so write what the student should think about, never what
the answer is. Sentences for what an answer *does* (overflow, in-place changes, a lost gradient)
are constants in `messages`.
"""
