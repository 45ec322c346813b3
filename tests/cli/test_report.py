"""``onoma report`` over texts, files with annotations, and results without their texts."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def entities(folder: Path) -> dict[str, tuple[int, int]]:
    rows = rows_of(folder / "entities.csv")
    return {row["curie"]: (int(row["documents"]), int(row["mentions"])) for row in rows}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    (folder / "in").mkdir(parents=True)
    (folder / "a.txt").write_text("Hot fever, and fever again; gout.")
    (folder / "in" / "b.txt").write_text("Some gout.")
    rows = [{"id": "j1", "text": "One fever.", "date": "2020-01"}, {"id": "j2", "text": "None."}]
    (folder / "c.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\nno json\n")
    return folder


def test_texts_are_annotated_and_counted(run: Run, texts: Path, tmp_path: Path) -> None:
    result = run("report", str(texts), "-o", str(tmp_path / "out"), "--mode", "dictionary")
    assert result.exit_code == 1
    assert "4 documents, 5 mentions, 1 failed" in result.stderr
    assert entities(tmp_path / "out") == {"HP:0001945": (2, 3), "MONDO:0005393": (2, 2)}
    failed = rows_of(tmp_path / "out" / "failed.csv")
    assert [row["code"] for row in failed] == ["bad-line"]
    years = rows_of(tmp_path / "out" / "years.csv")
    assert [(r["name"], r["year"]) for r in years if r["year"]] == [("fever", "2020")]


@pytest.mark.parametrize("name", ["x.jsonl", "x.tsv", "x.parquet", "x.bioc.json", "x.pubtator"])
def test_results_of_annotate_are_counted_as_they_stand(
    run: Run, texts: Path, tmp_path: Path, name: str
) -> None:
    found = tmp_path / name
    run("annotate", str(texts), "-o", str(found), "--mode", "dictionary")
    result = run("report", str(found), "-o", str(tmp_path / "out"))
    assert result.exit_code == (1 if name == "x.jsonl" else 0), result.stderr
    assert entities(tmp_path / "out") == {"HP:0001945": (2, 3), "MONDO:0005393": (2, 2)}


def test_a_file_s_mentions_may_be_found_anew_or_be_all(run: Run, tmp_path: Path) -> None:
    gold = tmp_path / "gold.pubtator"
    gold.write_text("1|t|Hot fever and gout.\n1|a|\n1\t4\t9\tfever\tSign\tX:1\n")
    wanted = {
        "auto": {"X:1": (1, 1)},
        "given": {"X:1": (1, 1)},
        "anew": {"HP:0001945": (1, 1), "MONDO:0005393": (1, 1)},
    }
    for way, counts in wanted.items():
        out = tmp_path / way
        assert run("report", str(gold), "-o", str(out), "--mentions", way).exit_code == 0
        assert entities(out) == counts


PLANTED = {"1": (2019, "fever fever gout"), "2": (2021, "gout"), "3": (2021, "fever gout gout")}


def write_pubmed(folder: Path) -> None:
    articles = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article><Journal><JournalIssue>"
        f"<PubDate><Year>{year}</Year></PubDate></JournalIssue></Journal><ArticleTitle>A title"
        f"</ArticleTitle><Abstract><AbstractText>{text}</AbstractText></Abstract></Article>"
        "</MedlineCitation></PubmedArticle>"
        for number, (year, text) in PLANTED.items()
    )
    (folder / "a.xml").write_text(f"<PubmedArticleSet>{articles}</PubmedArticleSet>")


def write_cord19(folder: Path) -> None:
    rows = ["cord_uid,title,abstract,publish_time,pdf_json_files"]
    for number, (year, text) in PLANTED.items():
        rows.append(f"{number},A title,,{year}-01-02,pdf_json/{number}.json")
        body = [{"text": word, "section": "Results"} for word in text.split()]
        (folder / "pdf_json").mkdir(exist_ok=True)
        record = {"paper_id": number, "metadata": {"title": "x"}, "body_text": body}
        (folder / "pdf_json" / f"{number}.json").write_text(json.dumps(record))
    (folder / "metadata.csv").write_text("\n".join(rows) + "\n")


def write_texts(folder: Path) -> None:
    for number, (_, text) in PLANTED.items():
        (folder / number).mkdir()
        (folder / number / "same.txt").write_text(text)


@pytest.mark.parametrize("write", [write_pubmed, write_cord19, write_texts])
def test_a_planted_corpus_is_counted_exactly_in_every_layout(
    run: Run, tmp_path: Path, write: Callable[[Path], None]
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    write(folder)
    result = run("report", str(folder), "-o", str(out), "--mode", "dictionary")
    assert result.exit_code == 0, result.stderr
    assert entities(out) == {"HP:0001945": (2, 3), "MONDO:0005393": (3, 4)}
    years = {(row["name"], row["year"]): row["mentions"] for row in rows_of(out / "years.csv")}
    if write is write_texts:
        assert years == {("fever", ""): "3", ("gout", ""): "4"}
    else:
        assert years == {
            ("fever", "2019"): "2", ("fever", "2021"): "1",
            ("gout", "2019"): "1", ("gout", "2021"): "3",
        }  # fmt: skip
    (pair,) = rows_of(out / "pairs.csv")
    assert (pair["documents"], pair["lift"]) == ("2", "1.000")


def test_types_hold_for_what_files_bring_too(run: Run, tmp_path: Path) -> None:
    gold = tmp_path / "gold.pubtator"
    lines = "1|t|Hot fever and gout.\n1|a|\n1\t4\t9\tfever\tPhenotype\tX:1\n"
    gold.write_text(lines + "1\t14\t18\tgout\tDisease\tX:2\n")
    result = run("report", str(gold), "-o", str(tmp_path / "out"), "--types", "disease")
    assert result.exit_code == 0, result.stderr
    assert entities(tmp_path / "out") == {"X:2": (1, 1)}


def test_no_document_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("report", str(tmp_path / "empty"), "-o", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "no document" in result.stderr
    assert not (tmp_path / "out").exists()
