"""The pages of ``onoma serve``: what browsers are given, and which addresses are pages.

In: nothing but the files in ``static``, which are served as they stand (modules and one style
sheet; nothing is built, nothing comes from elsewhere). The pages ask the server's own API, as any
client does; ``static/core/api.js`` is the one file that knows its addresses. Elements are built from
text nodes only (``static/core/dom.js``), so that no label, title or text can become markup.
"""

from __future__ import annotations

from pathlib import Path

PAGES = (
    "/annotate", "/concepts", "/search", "/documents", "/graph", "/mesh", "/corpora", "/map",
    "/models",
)  # fmt: skip
"""Addresses that are pages, with all that is below them; ``/`` is the first of them."""


def static_folder() -> Path:
    """Return the folder of the files that browsers are given; ``index.html`` is every page."""
    return Path(__file__).parent / "static"
