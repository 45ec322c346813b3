from __future__ import annotations

import io
import json
from typing import Any

import pytest

from onoma.formats import open_stream
from onoma.formats.webanno import CONTEXT, read_webanno_gold
from onoma.types import AnnotatedDocument
from tests.formats.documents import written
from tests.formats.sample import document_of, mention_of


def parse(value: Any) -> list[AnnotatedDocument]:
    data = json.dumps(value).encode()
    return list(read_webanno_gold(open_stream(io.BytesIO(data), "a"), "a"))


def page(text: str, *items: dict[str, Any]) -> dict[str, Any]:
    about = {"id": "1", "text": text}
    return {"@context": CONTEXT, "type": "AnnotationPage", "items": items, "onoma:document": about}


def item(*selectors: dict[str, Any]) -> dict[str, Any]:
    body = {"type": "TextualBody", "purpose": "tagging", "value": "Disease"}
    return {"type": "Annotation", "id": "x", "body": body, "target": {"selector": selectors}}


def test_positions_count_as_browsers_do() -> None:
    text = "🧬 fever"
    (found,) = json.loads(written("webanno", [document_of(text, mention_of(text, (2, 7)))])[0])
    position, quote = found["items"][0]["target"]["selector"]
    assert (position["start"], position["end"]) == (3, 8)
    assert (quote["exact"], quote["prefix"], quote["suffix"]) == ("fever", "🧬 ", "")
    (back,) = parse([found])
    assert back.mentions[0].text == "fever"


def test_positions_in_code_points_are_recognised() -> None:
    position = {"type": "TextPositionSelector", "start": 2, "end": 7}
    quote = {"type": "TextQuoteSelector", "exact": "fever"}
    (found,) = parse(page("🧬 fever", item(position, quote)))
    assert [(m.text, m.type, m.id) for m in found.mentions] == [("fever", "disease", "x")]


def test_a_quote_is_looked_for_with_what_stands_around_it() -> None:
    quote = {"type": "TextQuoteSelector", "exact": "fever", "prefix": "no ", "suffix": "."}
    (found,) = parse(page("fever, then no fever.", item(quote)))
    assert [m.start for m in found.mentions] == [15]


def test_the_text_may_be_that_of_the_source() -> None:
    target = {
        "source": {"id": "7", "value": "a rash"},
        "selector": {"type": "TextPositionSelector", "start": 2, "end": 6},
    }
    collection = {"type": "AnnotationCollection", "first": {"items": [{"target": target}]}}
    (found,) = parse(collection)
    assert (found.id, [m.text for m in found.mentions]) == ("7", ["rash"])


@pytest.mark.parametrize(
    "broken",
    [
        {"items": []},
        {"items": {}, "onoma:document": {"text": "x"}},
        {"items": [], "onoma:document": {"text": 7}},
        page("x", item({"type": "TextPositionSelector", "start": "0", "end": 1})),
        page("x", item({"type": "TextPositionSelector", "start": 0, "end": 99})),
        page("x", item()),
        page("x", item({"type": "TextQuoteSelector", "exact": "nowhere"})),
    ],
)
def test_a_broken_page_fails_alone(broken: Any) -> None:
    failed, good = parse([broken, page("y")])
    assert failed.error is not None
    assert failed.error.hint
    assert good.text == "y"
