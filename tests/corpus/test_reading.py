"""Files into a corpus: updates and withdrawals of MEDLINE, files read before, formats' own ids."""

from __future__ import annotations

from pathlib import Path

from onoma.corpus import Corpus, Reading, Removal, read_items
from onoma.pipeline import Pipeline
from onoma.types import Document, FailedDocument

CITATION = (
    "<PubmedArticle><MedlineCitation><PMID Version='1'>{pmid}</PMID><Article><ArticleTitle>{title}"
    "</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
)


def medline(path: Path, titles: dict[int, str], gone: tuple[int, ...] = ()) -> Path:
    body = "".join(CITATION.format(pmid=pmid, title=title) for pmid, title in titles.items())
    if gone:
        ids = "".join(f'<PMID Version="1">{pmid}</PMID>' for pmid in gone)
        body += f"<DeleteCitation>{ids}</DeleteCitation>"
    path.write_text(f"<PubmedArticleSet>{body}</PubmedArticleSet>", encoding="utf-8")
    return path


def add(corpus: Corpus, nlp: Pipeline, *paths: Path) -> Reading:
    reading = Reading(paths, known=corpus.manifest.sources)
    corpus.add(reading.items(), pipeline=nlp)
    return reading


def texts(corpus: Corpus) -> dict[str, str]:
    return {one.id: one.text for one in corpus.annotated()}


def test_updates_and_withdrawals_are_followed_and_can_be_added_again(
    corpus: Corpus, nlp: Pipeline, tmp_path: Path
) -> None:
    base = medline(tmp_path / "1.xml", {1: "Gout.", 2: "Fever.", 3: "Epilepsy."})
    update = medline(tmp_path / "2.xml", {1: "Gout, revised.", 4: "Melanoma."}, gone=(2, 9))
    wanted = {"3": "Epilepsy.", "1": "Gout, revised.", "4": "Melanoma."}
    add(corpus, nlp, base, update)
    assert texts(corpus) == wanted
    last = corpus.last
    assert add(corpus, nlp, base, update).passed == 2
    assert (texts(corpus), corpus.last) == (wanted, last)


def test_a_file_with_an_error_is_read_again(corpus: Corpus, nlp: Pipeline, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "text": "Gout."}\n{"id": \n', encoding="utf-8")
    assert add(corpus, nlp, path).passed == 0
    assert add(corpus, nlp, path).passed == 0
    assert corpus.info().errors == 1


def test_items_of_a_path(tmp_path: Path) -> None:
    path = medline(tmp_path / "1.xml", {1: "Gout."}, gone=(7,))
    items = list(read_items([path]))
    assert [type(one) for one in items[:2]] == [Document, Removal]
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\xfa")
    assert isinstance(next(read_items([tmp_path / "bad.txt"])), FailedDocument)


def test_annotations_of_files_are_kept_where_that_is_wanted(
    corpus: Corpus, nlp: Pipeline, tmp_path: Path
) -> None:
    path = tmp_path / "gold.pubtator"
    path.write_text("5|t|Gout of mice.\n5|a|\n5\t0\t4\tGout\tDisease\tMESH:D006073\n")
    corpus.add(Reading((path,), is_annotated=True).items(), pipeline=nlp)
    found = corpus.document("5")
    assert found is not None
    assert [(one.curie, one.found_by) for one in found.mentions] == [("MESH:D006073", "gold")]
