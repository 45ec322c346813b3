from __future__ import annotations

import gc
import io
import zipfile
from pathlib import Path

import pytest

from onoma.errors import InputError
from onoma.formats import open_stream, read_annotated, read_documents
from onoma.formats.brat import read_brat_gold
from onoma.formats.folders import open_folder
from onoma.formats.zipped import ZipOutput
from onoma.types import AnnotatedDocument, Argument, Assertion, Document, FailedDocument
from tests.formats.documents import read, written
from tests.formats.sample import asserted, document_of, failed_document, mention_of

TEXT = "No breast and\novarian cancer, 🧬 but fever."
ANN = (
    "T1\tDisease 3 9;22 28\tbreast cancer\n"
    "T2\tDisease 14 28\tovarian cancer\n"
    "T3\tFinding 36 41\tfever\r\n"
    "E1\tFinding:T3 Theme:T1 Theme2:T2\n"
    "R1\tlinked Arg1:T1 Arg2:E1\t\n"
    "*\tSame T1 T2\n"
    "A1\tNegation T1\n"
    "A2\tPOLARITY T3 NEG\n"
    "A3\tSure E1\n"
    "N1\tReference T1 MESH:D1\tBreast Neoplasms\n"
    "N2\tReference T1 OMIM:2\tcancer\n"
    "#1\tAnnotatorNotes T2\ta note, two\twords\n"
    "#2\tAnnotatorNotes R1\tof a relation\n"
    "\n"
)


def pair(folder: Path, ann: str = ANN, text: str = TEXT, name: str = "a") -> Path:
    (folder / f"{name}.txt").write_bytes(text.encode())
    (folder / f"{name}.ann").write_bytes(ann.encode())
    return folder / f"{name}.ann"


def test_every_kind_of_line_is_read(tmp_path: Path) -> None:
    (found,) = read_annotated([pair(tmp_path)])
    assert (found.id, found.text) == ("a", TEXT)
    first, second, third = found.mentions
    assert (first.spans, first.text) == (((3, 9), (22, 28)), "breast and\novarian cancer")
    assert (first.curie, first.label) == ("MESH:D1|OMIM:2", "Breast Neoplasms|cancer")
    assert (first.assertion_axes, first.metadata) == (Assertion("absent"), ())
    assert second.metadata == (("note", "a note, two\twords"),)
    assert (third.assertion, third.metadata) == ("absent", (("POLARITY", "NEG"),))
    event, linked, same = found.relations
    assert (event.id, event.predicate, event.trigger) == ("E1", "Finding", "T3")
    assert event.arguments == (Argument("Theme", "T1"), Argument("Theme2", "T2"))
    assert event.metadata == (("Sure", ""),)
    assert linked.metadata == (("note", "of a relation"),)
    assert same.arguments == (Argument("member", "T1"), Argument("member", "T2"))


def test_either_file_of_a_pair_is_read_as_the_pair(tmp_path: Path) -> None:
    ann = pair(tmp_path)
    from_text, from_ann = (list(read_annotated([p])) for p in (ann.with_suffix(".txt"), ann))
    assert len(from_text[0].mentions) == 3
    assert from_text[0].mentions == from_ann[0].mentions


def test_a_folder_of_pairs_gives_each_once_and_other_texts_besides(tmp_path: Path) -> None:
    pair(tmp_path, name="b")
    (tmp_path / "c.txt").write_text("Rash.")
    assert [d.id for d in read_annotated([tmp_path])] == ["b", "c.txt"]
    assert [d.id for d in read_documents([tmp_path])] == ["b", "c.txt"]
    assert [d.id for d in read_documents([tmp_path], format="text")] == ["b.ann", "b.txt", "c.txt"]


def test_annotations_without_their_text_are_told(tmp_path: Path) -> None:
    ann = pair(tmp_path)
    ann.with_suffix(".txt").unlink()
    (failed,) = read_documents([ann])
    assert isinstance(failed, FailedDocument)
    assert ".txt" in failed.message


@pytest.mark.parametrize(
    "line",
    [
        "T1 Disease 3 9\tbreast",
        "T1\tDisease 3\tbreast",
        "T1\tDisease 3 9\tbreast\nT1\tDisease 3 9\tbreast",
        "T1\tDisease 3 900\tbreast",
        "T1\tDisease 9 3\tbreast",
        "R1\tlinked T1 T2",
        "A1\tNegation",
        "N1\tReference",
        "X1\tnothing of brat's",
        "words",
    ],
)
def test_a_broken_line_fails_the_annotations_and_leaves_the_text(tmp_path: Path, line: str) -> None:
    ann = pair(tmp_path, line)
    (found,) = read_annotated([ann])
    assert found.error is not None
    assert found.error.code in ("bad-line", "bad-span")
    assert found.error.hint
    assert [d.text for d in read_documents([ann]) if isinstance(d, Document)] == [TEXT]


def test_offsets_in_bytes_are_recognised(tmp_path: Path) -> None:
    text = "µ-opioid and κ-opioid receptors"
    start = len("µ-opioid and ".encode())
    ann = f"T1\tGene {start} {start + len('κ-opioid'.encode())}\tκ-opioid\n"
    (found,) = read_annotated([pair(tmp_path, ann, text)])
    assert [(m.start, m.text) for m in found.mentions] == [(13, "κ-opioid")]


def test_parts_may_stand_in_the_order_in_which_they_are_read(tmp_path: Path) -> None:
    ann = "T1\tDisease 22 28;3 9\tcancer breast\n"
    (found,) = read_annotated([pair(tmp_path, ann)])
    assert found.mentions[0].spans == ((3, 9), (22, 28))
    assert found.mentions[0].metadata == ()


def test_a_quote_that_differs_is_kept(tmp_path: Path) -> None:
    (found,) = read_annotated([pair(tmp_path, "T1\tDisease 3 9\tBrest\n")])
    assert found.mentions[0].metadata == (("quoted", "Brest"),)


def test_a_folder_takes_pairs_and_nothing_after_an_error(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(InputError, match="leads out"), open_folder(out) as sink:
        sink.add("../b.txt", b"x")
    assert list(tmp_path.iterdir()) == []
    with open_folder(out) as sink:
        sink.add("a/b.txt", b"x")
    assert (out / "a" / "b.txt").read_bytes() == b"x"


def test_names_of_files_are_safe_and_unique() -> None:
    documents = [document_of("x", id=name) for name in ("../../etc/a", "etc/a.txt", "..", "C:\\a")]
    data, losses = written("brat", documents)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {name for name in archive.namelist() if name.endswith(".txt")}
    assert names == {"etc/a.txt", "etc/a-2.txt", "document.txt", "C__a.txt"}
    assert losses["ids"] == 4


def test_ids_that_brat_has_not_are_replaced_everywhere() -> None:
    text = "fever rash"
    from dataclasses import replace

    from onoma.types import Relation

    mentions = [replace(mention_of(text, s), id=i) for s, i in (((0, 5), "m-1"), ((6, 10), "T1"))]
    relation = Relation("linked", (Argument("Arg1", "m-1"), Argument("Arg2", "T1")), "rel")
    document = replace(document_of(text, *mentions), relations=(relation,))
    data, losses = written("brat", [document])
    (found,) = read("brat", data)
    assert [m.id for m in found.mentions] == ["T2", "T1"]
    assert found.relations[0].arguments == (Argument("Arg1", "T2"), Argument("Arg2", "T1"))
    assert losses["ids"] == 2


def test_an_assertion_is_written_once() -> None:
    text = "no fever"
    mention = asserted(mention_of(text, (3, 8)), Assertion("absent", experiencer="family"))
    data, losses = written("brat", [document_of(text, mention)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        lines = archive.read("1.ann").decode().split("\n")
    assert "A1\tNegation T1" in lines
    assert "A2\tExperiencer T1 family" in lines
    assert "assertion" not in losses


def test_a_failed_document_is_counted() -> None:
    assert written("brat", [failed_document()])[1] == {"failed": 1}


def read_zip(data: bytes) -> list[AnnotatedDocument]:
    return list(read_brat_gold(open_stream(io.BytesIO(data), "a.zip"), "a.zip"))


def test_a_zip_that_is_a_bomb_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 50_000_000)
    with pytest.raises(Exception, match="bomb"):
        read_zip(stream.getvalue())


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_zip_that_is_broken_off_stays_without_a_directory() -> None:
    stream = io.BytesIO()
    output = ZipOutput(stream)
    output.add("a.txt", b"Fever.")
    del output
    gc.collect()
    assert not zipfile.is_zipfile(stream)
    output = ZipOutput(stream)
    stream.close()
    del output
    gc.collect()


def test_a_damaged_zip_is_told() -> None:
    data, _ = written("brat", [document_of("x" * 5000)])
    with pytest.raises(Exception, match="damaged"):
        read_zip(data[:60])
