"""Which documents match: counted, listed by key, limited to newer ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from onoma.search.asking import Asked, Named
from onoma.search.engine import need_tantivy
from onoma.search.fields import concept_token, schema
from onoma.search.query.words import all_of, any_of, asked

if TYPE_CHECKING:
    import tantivy

U64 = npt.NDArray[np.uint64]
COMMON = 0.3  # words that stand in more documents than this tell nothing of what is asked
MOST_OF = 0.6  # the share of the other words that a document has to have to be counted


class Matcher:
    """Asks the engine."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        """Take the index."""
        self.searcher = searcher

    def best(self, query: tantivy.Query, most: int) -> dict[int, float]:
        """Return the scores of the best documents by key."""
        if not most:
            return {}
        hits = self.searcher.search(query, most, count=False).hits
        found = self._keys_of([address for _, address in hits])
        return {key: float(score) for key, (score, _) in zip(found, hits, strict=True)}

    def newest(self, query: tantivy.Query, most: int) -> list[int]:
        """Return the keys of the documents that were added last."""
        hits = self.searcher.search(query, most, count=False, order_by_field="key").hits
        return self._keys_of([address for _, address in hits])

    def _keys_of(self, addresses: list[Any]) -> list[int]:
        return [int(key or 0) for key in self.searcher.fast_field_values("key", addresses)]

    def keys(self, query: tantivy.Query) -> U64:
        """Return the keys of all documents that a query finds, in order."""
        most = max(self.searcher.num_docs, 1)
        hits = self.searcher.search(query, most, count=False).hits
        return np.sort(np.array(self._keys_of([address for _, address in hits]), np.uint64))

    def with_id(self, id_: str) -> U64:
        """Return the key of the document of this id, none or one."""
        return self.keys(asked().term_query(schema(), "id", id_))

    def number(self, query: tantivy.Query) -> int:
        """Return how many documents a query finds."""
        found: Any = self.searcher.search(query, 1)
        return int(found.count or 0)

    def frequency(self, field: str, token: str) -> int:
        """Return how many documents have a token."""
        return self.searcher.doc_freq(field, token)

    def with_keys(self, keys: Sequence[int]) -> tantivy.Query:
        """Return the query of the documents of these keys, all alike."""
        found = asked().term_set_query(schema(), "key", list(keys))
        return asked().const_score_query(found, 0.0)

    def newer(self, strict: tantivy.Query | None, after: int) -> tantivy.Query:
        """Return the query of records behind a key, of those that ``strict`` finds."""
        kind = need_tantivy().FieldType.Unsigned
        found = asked().range_query(schema(), "key", kind, lower_bound=after + 1)
        return found if strict is None else all_of([strict, found])

    def telling(self, words: Sequence[str]) -> Sequence[str]:
        """Return the words that are not everywhere; all of them if none is left."""
        limit = COMMON * max(self.searcher.num_docs, 1)
        return [one for one in words if self.frequency("words", one) <= limit] or words

    def counted(self, question: Asked) -> tantivy.Query:
        """Return the query of what counts as found.

        That is what the strict query finds. Plain words find documents with most of the words that
        are not everywhere, where a concept stands for the words that name it.
        """
        if question.strict is not None and question.tree is not None:
            return question.strict
        parts = [self._stands_for(word, question) for word in self.telling(question.words)]
        if not parts:
            return question.strict or asked().empty_query()
        occur = need_tantivy().Occur
        most = asked().boolean_query(
            [(occur.Should, part) for part in parts],
            minimum_number_should_match=len(parts)
            if len(parts) < 3
            else math.ceil(MOST_OF * len(parts)),
        )
        return most if question.strict is None else all_of([question.strict, most])

    def _stands_for(self, word: str, question: Asked) -> tantivy.Query:
        """Return the query of a word, or of the concept that it is a part of the name of."""
        parts = [asked().term_query(schema(), "words", word, "freq")]
        parts += [concept_query(one) for one in question.concepts if word in one.stems]
        return any_of(parts)


def concept_query(named: Named) -> tantivy.Query:
    """Return the query of what counts as a concept or any of its exact equivalents."""
    parts = [
        asked().term_query(schema(), "concept", concept_token(one), "freq") for one in named.same
    ]
    return parts[0] if len(parts) == 1 else asked().disjunction_max_query(parts)
