"""Ranking: a linker made of annotations, names and translations alone, in any language."""
