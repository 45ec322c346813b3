from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from onoma.errors import BadLine, Inconsistent
from onoma.formats import make_writer, resumable_output, resume
from onoma.formats.jsonl import encode_record
from onoma.types import (
    AnnotatedDocument,
    Document,
    FailedDocument,
    Mention,
    Passage,
    failed_record,
)

Item = Document | FailedDocument
ITEMS: tuple[Item, ...] = (
    Document("a", "one"),
    FailedDocument("b", "bad-line", "words"),
    Document("a", "two"),  # ids may come again
    Document("c\ud800", "three"),
    FailedDocument("b", "bad-line", "others"),
    Document("d", ""),
)


def annotated(number: int) -> AnnotatedDocument:
    document = Document(f"d{number}", "Fever\nand gout.", (Passage(0, 5, "title"),))
    mention = Mention(
        0, 5, "Fever", "phenotype", "HP:0001945", "Fever", 1.0, "dictionary", ((0, 5),)
    )
    return AnnotatedDocument(document, (mention,), store="s")


@pytest.mark.parametrize("form", sorted(resume.RESUMABLE))
def test_a_writer_made_anew_goes_on_where_another_stopped(form: str) -> None:
    whole, parts = io.BytesIO(), io.BytesIO()
    writer = make_writer(form, whole)
    writer.begin()
    for number in range(3):
        writer.write(annotated(number))
    writer.end()
    make_writer(form, parts).begin()
    for number in range(3):
        writer = make_writer(form, parts)
        writer.write(annotated(number))
    writer.end()
    assert parts.getvalue() == whole.getvalue()


class Stop(Exception):
    """The end of a run before its time."""


def line(item: Item | AnnotatedDocument) -> bytes:
    if isinstance(item, FailedDocument):
        return encode_record(failed_record(item))
    return encode_record({"id": item.id, "store": "s", "text": item.text, "error": None})


def run(
    path: Path,
    items: Sequence[Item] = ITEMS,
    *,
    stop: int | None = None,
    is_fresh: bool = False,
    has_errors: bool = True,
    form: str = "jsonl",
    store: str = "s",
) -> int:
    """Write what an earlier run did not; return how many documents that were."""
    errors = path.with_name("errors") if has_errors else None
    settings = {"format": form, "store": store}
    with resumable_output(path, errors, settings=settings, is_fresh=is_fresh) as output:
        count = 0
        for item in () if output.is_done else output.rest(items):
            if output.done.documents == stop:
                raise Stop
            output.stream.write(line(item))
            output.advance()
            count += 1
    assert output.done.failed == sum(isinstance(item, FailedDocument) for item in items)
    return count


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What one uninterrupted run writes; the journal is written at every document."""
    monkeypatch.setattr(resume, "INTERVAL", 0.0)
    (tmp_path / "whole").mkdir()
    run(tmp_path / "whole" / "o", is_fresh=True)
    return files(tmp_path / "whole")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("form", ["jsonl", "tsv"])
@pytest.mark.parametrize("stop", range(len(ITEMS)))
def test_a_stopped_run_is_taken_up(
    tmp_path: Path, whole: dict[str, bytes], stop: int, form: str
) -> None:
    assert whole.keys() == {"o", "errors"}
    with pytest.raises(Stop):
        run(tmp_path / "o", stop=stop, form=form)
    assert not (tmp_path / "o").exists()
    assert run(tmp_path / "o", form=form) == len(ITEMS) - stop
    assert files(tmp_path) == whole


@pytest.mark.parametrize("name", ["o.partial", "errors.partial", "o.journal"])
def test_any_cut_of_any_file_is_mended(tmp_path: Path, whole: dict[str, bytes], name: str) -> None:
    """What a power cut can leave: one of the files is shorter than the others say."""
    with pytest.raises(Stop):
        run(tmp_path / "o", stop=5)
    left = files(tmp_path)
    for size in range(len(left[name]) + 1):
        for other, data in left.items():
            (tmp_path / other).write_bytes(data[:size] if other == name else data)
        run(tmp_path / "o")
        assert files(tmp_path) == whole
        for other in whole:
            (tmp_path / other).unlink()


def test_a_run_that_stopped_between_its_last_steps_is_finished(
    tmp_path: Path, whole: dict[str, bytes]
) -> None:
    with pytest.raises(Stop):
        run(tmp_path / "o", stop=5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", fail_at_partial)
        with pytest.raises(Stop):
            run(tmp_path / "o")
    assert run(tmp_path / "o") == 0
    assert files(tmp_path) == whole


replace = Path.replace


def fail_at_partial(self: Path, target: Path) -> Path:
    if self.name == "o.partial":
        raise Stop
    return replace(self, target)


def test_a_finished_run_is_left_as_it_is(tmp_path: Path, whole: dict[str, bytes]) -> None:
    run(tmp_path / "o")
    assert run(tmp_path / "o") == 0
    assert files(tmp_path) == whole


@pytest.mark.parametrize("size", [0, 1, 60, -1])
def test_a_torn_json_lines_file_without_journal_is_mended(
    tmp_path: Path, whole: dict[str, bytes], size: int
) -> None:
    (tmp_path / "o").write_bytes(whole["o"][:size])
    run(tmp_path / "o")
    assert files(tmp_path) == whole


def test_a_fresh_run_forgets_what_was(tmp_path: Path, whole: dict[str, bytes]) -> None:
    with pytest.raises(Stop):
        run(tmp_path / "o", [Document("z", "z")] * 9, stop=7)
    assert run(tmp_path / "o", is_fresh=True) == len(ITEMS)
    assert files(tmp_path) == whole


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (ITEMS[:2], "only 2"),
        ((Document("z", "one"), *ITEMS[1:]), "other ids"),
        ((Document("a", "onex"), *ITEMS[1:]), "other texts"),
    ],
)
@pytest.mark.usefixtures("whole")
def test_another_input_is_refused(tmp_path: Path, items: Sequence[Item], words: str) -> None:
    with pytest.raises(Stop):
        run(tmp_path / "o", stop=4)
    with pytest.raises(Inconsistent, match=words):
        run(tmp_path / "o", items)


@pytest.mark.usefixtures("whole")
def test_other_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Stop):
        run(tmp_path / "o", stop=4)
    for settings in ({"store": "t"}, {"has_errors": False}, {"form": "tsv"}):
        with pytest.raises(Inconsistent, match="the stopped run had"):
            run(tmp_path / "o", **settings)


def test_lines_of_another_store_are_refused(tmp_path: Path) -> None:
    (tmp_path / "o").write_bytes(line(ITEMS[0]))
    with pytest.raises(Inconsistent, match="'s'"):
        run(tmp_path / "o", store="t")


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "o").write_bytes(b"hello\n")
    with pytest.raises(BadLine, match="line 1"):
        run(tmp_path / "o")
    assert (tmp_path / "o").read_bytes() == b"hello\n"


def test_the_journal_does_not_grow_with_the_documents(tmp_path: Path) -> None:
    items = [Document(str(number), "x") for number in range(2000)]
    with pytest.raises(Stop):
        run(tmp_path / "o", items, stop=1999)
    assert len((tmp_path / "o.journal").read_bytes().splitlines()) < 10
    assert orjson.loads((tmp_path / "o.journal").read_bytes().splitlines()[0])["run"]
