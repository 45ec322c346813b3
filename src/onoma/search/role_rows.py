"""What a batch's documents say in each role, as fields of the index (``role_result`` ...)."""

from __future__ import annotations

from collections.abc import Sequence

from onoma.classify.roles import role_texts
from onoma.search.fields import ROLES, folded
from onoma.types import Document, Passage


def role_rows(
    texts: Sequence[str], passages: Sequence[Sequence[tuple[int, int, str]]]
) -> list[dict[str, str]]:
    """Return the role fields of each document; one without sentences has none.

    ``passages`` has start, end and kind of each passage of each document, in text order.
    """
    documents = [
        Document("", text, tuple(Passage(*one) for one in own))
        for text, own in zip(texts, passages, strict=True)
    ]
    return [
        {f"role_{role}": folded(said[role]) for role in ROLES if role in said}
        for said in role_texts(documents)
    ]
