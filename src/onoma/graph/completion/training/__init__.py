"""Training of embeddings, of the propagation and of the fusion: needs the extra ``train``."""
