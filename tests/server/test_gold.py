"""Files with mentions of their own: kept over REST as by ``annotate --gold``."""

from __future__ import annotations

from starlette.testclient import TestClient

GOLD = """1|t|Aspirin caused ulcers.
1|a|
1	0	7	Aspirin	Chemical	D001241
1	15	21	ulcers	Disease	D014456

"""


def test_mentions_of_a_file_stay_and_are_related(client: TestClient) -> None:
    path = "/v1/annotate/file?name=a.pubtator&gold=true&relations=true&task=cid&mode=dictionary"
    reply = client.post(path, content=GOLD.encode())
    assert reply.status_code == 200, reply.text
    (one,) = reply.json()["documents"]
    assert [m["found_by"] for m in one["mentions"]] == ["gold", "gold"]
    assert {r["kind"] for r in one["relations"]} <= {"cid/CID"}
    wrong = client.post(path.replace("task=cid", "task=cod"), content=GOLD.encode())
    assert wrong.status_code in (400, 404, 422)
