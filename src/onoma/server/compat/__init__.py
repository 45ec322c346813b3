"""Other services' paths and shapes over the local library, so that their clients can be used.

``pubtator3``: PubTator 3 (Wei et al. 2024) at ``/compat/pubtator3``.
"""
