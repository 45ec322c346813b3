"""A client written for PubTator 3 (pubgator), pointed at this server."""

from __future__ import annotations

import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.server.conftest import HERE

ROOT = f"{HERE}/compat/pubtator3"


class _Here:
    """Puts the client's requests to the application in this process, with the corpus named."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def get(self, url: str) -> Any:
        sign = "&" if "?" in url else "?"
        is_of_corpus = "/autocomplete/" not in url
        return self._client.get(f"{url}{sign}corpus=numbered" if is_of_corpus else url)

    def close(self) -> None:
        """Nothing is open."""


def test_a_client_of_pubtator_3_works_on_the_local_library(client: TestClient) -> None:
    pubgator = pytest.importorskip("pubgator")
    own = pubgator.PubGator(base_url=ROOT, rate_limit=False)
    own.client.close()
    own.client = _Here(client)
    entities = own.autocomplete("metf", concept=pubgator.BioConcept.CHEMICAL)
    assert entities[0].name == "metformin"
    found = own.search("@CHEMICAL_metformin AND @DISEASE_type_2_diabetes_mellitus")
    assert {one.pmid for one in found} == {101}
    collection = own.export_publications([101], format=pubgator.ExportFormat.BIOC)
    (document,) = collection.documents
    assert [part.infons["type"] for part in document.passages] == ["title", "abstract"]
    assert own.export_publications([101], format=pubgator.ExportFormat.JSON)[0]["pmid"] == 101
    assert own.export_publications([101], format=pubgator.ExportFormat.PUBTATOR).startswith(
        "101|t|"
    )
    relations = own.search_relations("@CHEMICAL_metformin", pubgator.RelationType.TREAT)
    assert [one.target for one in relations] == ["@DISEASE_type_2_diabetes_mellitus"]


def test_documents_entities_and_relations_of_the_local_library(client: TestClient) -> None:
    exported = client.get(f"{ROOT}/publications/export/pubtator?pmids=101&corpus=numbered")
    assert exported.text.startswith("101|t|Metformin for diabetes\n101|a|Metformin treats")
    told = client.get(f"{ROOT}/publications/export/biocjson?pmids=101&corpus=numbered").json()
    (document,) = told["PubTator3"]
    assert (document["pmid"], document["_id"]) == (101, "101|None")
    found = [one["infons"] for part in document["passages"] for one in part["annotations"]]
    assert {one["accession"] for one in found} >= {"@CHEMICAL_metformin"}
    relations = client.get(f"{ROOT}/relations?e1=@CHEMICAL_metformin&corpus=numbered").json()
    assert {"type": "treat", "source": "@CHEMICAL_metformin", "publications": 1,
            "target": "@DISEASE_type_2_diabetes_mellitus"} in relations  # fmt: skip
    query = "relations:treat|@CHEMICAL_metformin|DISEASE"
    page = client.get(f"{ROOT}/search/", params={"text": query, "corpus": "numbered"}).json()
    assert [one["pmid"] for one in page["results"]] == [101]
    assert (page["count"], page["current"], page["page_size"]) == (1, 1, 10)


@pytest.mark.parametrize("is_form", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_text_is_submitted_and_fetched(client: TestClient, is_form: bool) -> None:
    text = "Metformin in type 2 diabetes mellitus."
    path = f"{ROOT}/annotations/annotate"
    if is_form:
        form = {"text": text, "bioconcept": "Chemical"}
        session = client.post(f"{ROOT}/request.cgi", data=form).json()["id"]
    else:
        session = client.post(f"{path}/submit/Chemical", content=text.encode()).text

    def fetch() -> Any:
        if is_form:
            return client.post(f"{ROOT}/retrieve.cgi", data={"id": session})
        return client.get(f"{path}/retrieve/{session}")

    early = fetch()
    assert early.status_code in (200, 404)
    assert early.status_code == 200 or "not ready" in early.json()["detail"]
    end = time.monotonic() + 300
    while (reply := fetch()).status_code == 404 and time.monotonic() < end:
        time.sleep(0.05)
    assert "\t0\t9\tMetformin\tChemical\tCHEBI:6801\n" in reply.text
    assert "Disease" not in reply.text
