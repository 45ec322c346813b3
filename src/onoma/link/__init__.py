"""Mentions to concepts: which of the concepts that share a name is meant, or none (NIL).

In: matches with the names behind their keys. Out: one chosen concept a mention with the parts of
its score, and the others as alternatives; answered in the user's namespaces where asked.
"""
