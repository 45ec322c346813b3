"""Texts to vectors: an encoder of names, its training, and the vectors of a vocabulary's names.

In: strings, or a concept store. Out: one unit vector a string (``Encoder.encode``); the nearest
names of given types (``open_vectors``); a folder with trained weights (``training``).

One encoder runs three kinds of weights, all in the Hugging Face folder layout: the int8 ONNX that
ships (``load_encoder()``), any ONNX export, and BERT weights in safetensors, the last through
torch (extra ``train``). Words are cut by our own WordPiece (Wu et al. 2016, as in Devlin et al.
2019): the package ``tokenizers`` would bring a network client and a dozen packages with it.

Recipes trained here: SapBERT (Liu et al. 2021), CODER++ (Zeng et al. 2022), BioLORD and
BioLORD-2023 (Remy et al. 2022, 2024), HiPrBERT (Lan et al. 2023).
"""

from onoma.encode.encoder import Encoder, load_encoder
from onoma.encode.vector_building import open_vectors
from onoma.encode.vectors import NameVectors, Nearest

__all__ = ["Encoder", "NameVectors", "Nearest", "load_encoder", "open_vectors"]
