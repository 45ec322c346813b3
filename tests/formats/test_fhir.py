from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from onoma.errors import BadFile
from onoma.formats.fhir import read_fhir
from onoma.formats.fhir_resources import FhirWriter
from onoma.formats.opening import open_stream
from onoma.types import AnnotatedDocument, Assertion, Document, FailedDocument, Mention
from tests.formats.conftest import Items
from tests.formats.sample import annotated, failed_document, mention_of


def parse(data: Any, *, lines: bool = False) -> Items:
    text = "\n".join(json.dumps(one) for one in data) if lines else data
    raw = text.encode() if isinstance(text, str) else json.dumps(text, indent=1).encode()
    return list(read_fhir(open_stream(io.BytesIO(raw), "a"), "a.json"))


def coded(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


def note(number: int, *attachments: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": str(number),
        "status": "current",
        "subject": {"reference": "Patient/5"},
        "date": "2020-05-03T10:00:00Z",
        "content": [{"attachment": attachment} for attachment in attachments],
        **more,
    }


PLAIN = {"contentType": "text/plain; charset=utf-8", "data": coded("Fieber é\n"), "title": "Note"}
HTML = {"contentType": "text/html", "data": coded("<p>No <b>gout</b></p><script>x</script>")}


def test_attachments_are_texts() -> None:
    (document,) = parse(note(1, PLAIN, HTML, {"contentType": "application/pdf", "data": "AA=="}))
    assert isinstance(document, Document)
    assert document.id == "DocumentReference/1"
    assert document.text == "Fieber é\n\nNo gout"
    assert [(p.kind, p.start, p.end, p.metadata) for p in document.passages] == [
        ("attachment", 0, 9, (("title", "Note"),)),
        ("attachment", 10, 17, ()),
    ]
    assert document.date == "2020-05-03"
    assert document.metadata == (
        ("subject", "Patient/5"), ("status", "current"), ("left_out", "application/pdf")
    )  # fmt: skip


def test_reports_have_conclusions_and_narratives() -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "id": "9",
        "code": {"text": "Chest X-ray"},
        "conclusion": "Clear lungs.",
        "text": {"status": "generated", "div": "<div>Clear lungs.</div>"},
    }
    other = report | {"conclusion": None, "id": "10"}
    first, second = parse({"resourceType": "Bundle", "entry": [
        {"resource": report}, {"resource": {"resourceType": "Patient"}}, {"resource": other}
    ]})  # fmt: skip
    assert isinstance(first, Document)
    assert (first.text, [p.kind for p in first.passages]) == ("Clear lungs.", ["conclusion"])
    assert first.metadata == (("type", "Chest X-ray"),)
    assert isinstance(second, Document)
    assert [p.kind for p in second.passages] == ["narrative"]


def test_ndjson_fails_line_by_line() -> None:
    good = [note(1, PLAIN), note(2, HTML)]
    text = json.dumps(good[0]) + "\n{bad\n\n" + json.dumps(good[1]) + "\n"
    assert [(d.id, isinstance(d, Document)) for d in parse(text)] == [
        ("DocumentReference/1", True), ("a.json:2", False), ("DocumentReference/2", True)
    ]  # fmt: skip


def test_other_charsets_are_read() -> None:
    latin = {"contentType": "text/plain; charset=ISO-8859-1", "data": coded("é", "latin-1")}
    (document,) = parse(note(1, latin))
    assert isinstance(document, Document)
    assert document.text == "é"


@pytest.mark.parametrize(
    ("attachment", "code"),
    [
        ({"contentType": "text/plain", "data": "no base64!"}, "bad-encoding"),
        ({"contentType": "text/plain", "data": "/w=="}, "bad-encoding"),
        ({"contentType": "application/pdf", "data": "AA=="}, "no-text"),
        ({"contentType": "text/plain", "url": "Binary/1"}, "no-text"),
    ],
)
def test_what_has_no_text_fails(attachment: dict[str, str], code: str) -> None:
    (failed,) = parse(note(1, attachment))
    assert isinstance(failed, FailedDocument)
    assert failed.code == code
    assert failed.hint


@pytest.mark.parametrize("data", ["", "[]", "{}", "[" * 100_000, '{"a":' * 5_000])
def test_what_is_no_resource_is_an_error(data: str) -> None:
    with pytest.raises(BadFile):
        parse(data)


def test_odd_shapes_do_no_harm() -> None:
    odd = {"resourceType": "DocumentReference", "content": [None, {"attachment": [1]}], "text": 5}
    (document,) = parse({"resourceType": "Bundle", "entry": [3, {"resource": odd}, {}]})
    assert document.id == "a.json:1"


TEXT = "Fever, no gout; mother gout; metformin"


def resources(*mentions: Mention, losses: int = 0) -> list[dict[str, Any]]:
    stream = io.BytesIO()
    writer = FhirWriter(stream)
    document = Document(
        "DocumentReference/1", TEXT, date="2020-05-03", metadata=(("subject", "Patient/5"),)
    )
    writer.write(AnnotatedDocument(document, mentions))
    assert writer.losses["mentions"] == losses
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def said(axes: Assertion, kind: str = "disease") -> Mention:
    return replace(mention_of(TEXT, (10, 14), type_name=kind), assertion_axes=axes)


@pytest.mark.parametrize(
    ("axes", "verification", "clinical"),
    [
        (Assertion(), "confirmed", "active"),
        (Assertion(polarity="possible"), "provisional", "active"),
        (Assertion(temporality="historical"), "confirmed", "inactive"),
        (Assertion(polarity="absent"), "refuted", None),
    ],
)
def test_conditions_have_their_status(
    axes: Assertion, verification: str, clinical: str | None
) -> None:
    (condition,) = resources(said(axes))
    assert condition["resourceType"] == "Condition"
    assert condition["verificationStatus"]["coding"][0]["code"] == verification
    found = condition.get("clinicalStatus", {"coding": [{"code": None}]})
    assert found["coding"][0]["code"] == clinical
    assert condition["code"] == {
        "coding": [{
            "system": "http://purl.obolibrary.org/obo/mondo.owl", "code": "MONDO:1",
            "display": "label",
        }],
        "text": "gout",
    }  # fmt: skip
    assert condition["subject"] == {"reference": "Patient/5"}
    (evidence,) = condition["evidence"]
    assert evidence["detail"] == [{"reference": "DocumentReference/1"}]
    (span, quoted, _) = evidence["extension"][0]["extension"]
    assert [one["valueInteger"] for one in span["extension"]] == [10, 14]
    assert quoted["valueString"] == "gout"


def test_relatives_have_a_history() -> None:
    (history,) = resources(
        said(Assertion(experiencer="family")),
        said(Assertion(experiencer="family", polarity="absent")),
        said(Assertion(experiencer="other")),
        said(Assertion(temporality="hypothetical")),
        said(Assertion(conditional=True)),
        said(Assertion(), "anatomy"),
        losses=5,
    )
    assert history["resourceType"] == "FamilyMemberHistory"
    assert history["condition"][0]["code"]["text"] == "gout"


def test_other_concepts_are_observations() -> None:
    (first, second) = resources(
        said(Assertion(), "chemical"), said(Assertion(polarity="absent"), "chemical")
    )
    assert (first["resourceType"], first["valueBoolean"]) == ("Observation", True)
    assert second["valueBoolean"] is False
    assert first["id"] != second["id"]


@given(annotated())
def test_any_mention_is_written(document: AnnotatedDocument) -> None:
    stream = io.BytesIO()
    writer = FhirWriter(stream)
    writer.begin()
    writer.write(document)
    writer.write(failed_document())
    writer.end()
    assert len(stream.getvalue().splitlines()) == len(document.mentions)
