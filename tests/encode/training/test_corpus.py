from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from onoma.cli.train import command
from onoma.encode.bert import read_weights, shape_of
from onoma.encode.folder import read_folder
from onoma.encode.training.corpus import SHORTEST, STRETCH, corpus_pairs
from onoma.encode.training.unpacking import float_weights, unpacked_folder
from onoma.errors import BadFile
from onoma.ontology.vocabulary import Vocabulary
from onoma.types import Document, FailedDocument, Passage
from tests.encode.tiny import write_tiny

BODY = " ".join(f"Patients of group {n} had chest pain on exertion for weeks." for n in range(14))


def test_a_title_and_each_stretch_go_with_what_follows_them() -> None:
    title = "Chest pain in fourteen groups"
    whole = Document(
        "a",
        f"{title}\n{BODY}",
        (Passage(0, len(title), "title"), Passage(len(title) + 1, len(title) + 1 + len(BODY))),
    )
    first, *rest = corpus_pairs([whole])
    assert first[0] == title
    assert BODY.startswith(first[1])
    assert [one for one, _ in rest] == [first[1], *(after for _, after in rest[:-1])]
    assert all(SHORTEST <= len(text) <= STRETCH for pair in rest for text in pair)
    assert " ".join([first[1], *(after for _, after in rest)]) == BODY


def test_texts_without_a_title_short_ones_and_broken_ones() -> None:
    plain = Document("b", BODY)
    assert len(list(corpus_pairs([plain]))) == 2
    assert not list(corpus_pairs([Document("c", "Short."), Document("d", "")]))
    assert not list(corpus_pairs([FailedDocument("e", "not-text", "no text")]))


def test_int8_weights_come_back_nearly_as_they_were(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="the extra train is not installed")
    from onoma.encode.training.export import write_onnx

    start = read_folder(write_tiny(tmp_path / "start"), wants="safetensors")
    weights, shape = read_weights(start)
    for is_small, slack in ((True, 1 / 100), (False, 1e-7)):
        path = tmp_path / f"{is_small}.onnx"
        write_onnx(path, weights, shape, small=is_small)
        found = float_weights(path, shape)
        tables = [f"embeddings.{n}_embeddings.weight" for n in ("position", "token_type")]
        for name, array in weights.items():
            if name not in tables:
                assert np.abs(found[name] - array).max() <= slack * np.abs(array).max() + 1e-7, name
        both = [one[tables[0]] + one[tables[1]][0] for one in (weights, found)]
        assert np.allclose(*both)


def test_a_file_of_another_program_is_told(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="the extra train is not installed")
    shape = shape_of(read_folder(write_tiny(tmp_path / "start")))
    path = tmp_path / "model.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(BadFile, match="was not written by"):
        float_weights(path, shape)


def test_a_folder_with_float_weights_is_taken_as_it_is(tmp_path: Path) -> None:
    start = write_tiny(tmp_path / "start")
    assert unpacked_folder(start, tmp_path / "out") == start


def test_the_command_adapts_a_model_to_texts(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    pytest.importorskip("onnx", reason="the extra train is not installed")
    texts = tmp_path / "texts.jsonl"
    rows = [{"id": str(n), "title": f"Chest pain in group {n}", "abstract": BODY} for n in range(3)]
    texts.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    monkeypatch.setattr("onoma.encode.training.session.read_vocabulary", lambda folder: vocabulary)
    out = tmp_path / "run"
    given = ["--start", str(write_tiny(tmp_path / "start")), "--corpus", str(texts)]
    done = CliRunner().invoke(
        command, ["encoder", *given, "--pairs", "400", "-o", str(out)], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    history = (out / "history.jsonl").read_text(encoding="utf-8")
    assert "loss of sentences" in history
    assert (out / "model" / "model.onnx").is_file()
