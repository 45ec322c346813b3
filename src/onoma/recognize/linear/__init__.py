"""A recogniser of one linear layer: a chain of labels over hashed signs of words.

In: annotated documents of any language that parts words by spaces. Out: a folder of a megabyte or
two that NumPy alone runs and trains. ``words`` cuts texts, ``cognates`` folds words of
Romance languages and English to what they share, ``known`` marks names and words met before,
``signs`` makes columns of hashed signs, ``chain`` is the mathematics, ``learning`` the training,
``model`` the folder and the recogniser.

Papers: Lafferty et al. 2001 (conditional random fields), Ratinov and Roth 2009 (labels, lexicons),
Duchi et al. 2011 (AdaGrad), Weinberger et al. 2009 (feature hashing).
"""

from onoma.recognize.linear.model import LinearModel, LinearRecognizer, make_linear, read_linear

__all__ = ["LinearModel", "LinearRecognizer", "make_linear", "read_linear"]
