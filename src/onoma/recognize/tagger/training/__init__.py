"""Trains taggers on annotated corpora: several at once, each teaching only the types it marks.

In: corpora (train and dev texts with marked spans), starting weights, a recipe. Out: a folder that
``load_tagger`` opens, its card with dev scores, and checkpoints from which a stopped run goes on.
"""
