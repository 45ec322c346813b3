"""Small files that are made to cost much: refused at once, by name, without the memory.

Each is read in a process of its own, whose processor time and peak of memory are taken against
those before the file was opened.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

SECONDS, MEGABYTES = 1.0, 64

CHILD = """
import json, resource, sys, time
from onoma.formats import read_documents
path, form = sys.argv[1:]
list(read_documents([sys.argv[0] + ".none"]))  # the imports
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
found = [getattr(d, "code", "read") for d in read_documents([path], format=form)]
seconds = time.process_time() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([found, seconds, (peak - base) / 1024]))
"""


def entity_bomb(levels: int, width: int) -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * width}">' for n in range(1, levels))
    return citation(f"&l{levels - 1};", f'<!ENTITY l0 "lol">{entities}')


def citation(title: str, entities: str = "", attribute: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [{entities}]><PubmedArticleSet>'
        f"<PubmedArticle><MedlineCitation{attribute}><PMID>1</PMID><Article>"
        f"<ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
        "</PubmedArticleSet>"
    ).encode()


RING = '<!ENTITY a "&b;"><!ENTITY b "&a;">'


def bombs() -> dict[str, tuple[str, Callable[[], bytes]]]:
    """Return the bombs by name: the format that they are read as, and what makes their bytes."""
    deep = 200_000
    line = {
        "lists": "[" * deep + "]" * deep,
        "objects": '{"a":' * deep + "1" + "}" * deep,
        "text": '{"text":' + "[" * deep + "]" * deep + "}",
        "unclosed": '{"text":' * deep,
        "number": '{"id": ' + "9" * 1_000_000 + ', "text": 1}',
    }
    made: dict[str, tuple[str, Callable[[], bytes]]] = {
        "xml-entities-10-levels": ("medline", lambda: entity_bomb(10, 10)),
        "xml-entities-30-levels": ("medline", lambda: entity_bomb(30, 10)),
        "xml-entity-quadratic": (
            "medline",
            lambda: citation("&a;" * 20_000, f'<!ENTITY a "{"a" * 50_000}">'),
        ),
        "xml-entity-recursive": (
            "medline",
            lambda: citation("&a;", RING),
        ),
        "xml-entity-of-a-device": (
            "medline",
            lambda: citation("&a;", '<!ENTITY a SYSTEM "file:///dev/zero">'),
        ),
        "xml-deep": ("medline", lambda: citation("<a>" * deep + "</a>" * deep)),
        "xml-deep-unclosed": ("medline", lambda: citation("<a>" * deep)),
        "xml-attribute-of-20-MB": (
            "medline",
            lambda: citation("x", "", f' a="{"a" * 20_000_000}"'),
        ),
        "xml-100000-attributes": (
            "medline",
            lambda: citation("x" + "<b " + " ".join(f"a{n}='1'" for n in range(100_000)) + "<"),
        ),
        "xml-comments-unclosed": ("medline", lambda: citation("<!--" * deep)),
        "jats-entities": (
            "jats",
            lambda: (
                b'<?xml version="1.0"?><!DOCTYPE article [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "'
                + b"&a;" * 1000
                + b'"><!ENTITY c "'
                + b"&b;" * 1000
                + b'">]><article><front>'
                b"<article-meta><title-group><article-title>&c;</article-title></title-group>"
                b"</article-meta></front></article>"
            ),
        ),
        "jats-deep": (
            "jats",
            lambda: b"<article><body>" + b"<sec>" * deep + b"</sec>" * deep + b"</body></article>",
        ),
        "html-deep": ("html", lambda: b"<html><body>" + b"<div>" * deep + b"<p>x"),
        "markdown-deep": ("markdown", lambda: b"> " * deep + b"x\n" + b"[" * deep),
        "pubtator-offsets": (
            "pubtator",
            lambda: b"1|t|a\n1|a|b\n1\t" + b"9" * 1_000_000 + b"\t5\tx\tDisease\tD1\n",
        ),
        "bioc-json-deep": (
            "biocjson",
            lambda: b'{"documents": ' + b"[" * deep + b"]" * deep + b"}",
        ),
        "bioc-xml-deep": (
            "biocxml",
            lambda: b"<collection><document>" + b"<passage>" * deep + b"</document></collection>",
        ),
        "fhir-deep": (
            "fhir",
            lambda: b'{"resourceType": "Bundle", "entry": ' + b"[" * deep + b"]" * deep + b"}",
        ),
        "csv-quote-of-2-MB": ("csv", lambda: b'id,text\n1,"' + b"a\n" * 1_000_000),
    }
    made |= {f"json-{name}": ("jsonl", text.encode) for name, text in line.items()}
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "bzip2": bz2.compress,
        "xz": lzma.compress,
        "zstd": lambda data: bytes(pa.Codec("zstd").compress(data, asbytes=True)),
    }
    for name, pack in packers.items():
        made[f"packed-{name}"] = ("text", partial(pack, bytes(100_000_000)))
    made["packed-gzip-of-blanks"] = ("jsonl", lambda: gzip.compress(b" " * 100_000_000))
    made["zip-as-text"] = ("text", zip_bomb)
    return made


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(100_000_000))
    return packed.getvalue()


BOMBS = bombs()
NOT_ERRORS = {  # nothing in it costs anything: read, or passed over as what it is
    "html-deep", "markdown-deep", "xml-attribute-of-20-MB", "xml-comments-unclosed",
    "pubtator-offsets", "csv-quote-of-2-MB", "xml-100000-attributes",
}  # fmt: skip


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    signal.alarm(20)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_at_once(name: str, tmp_path: Path) -> None:
    form, make = BOMBS[name]
    path = tmp_path / "bomb"
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), form], capture_output=True, preexec_fn=limit
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found, seconds, memory = json.loads(done.stdout)
    assert len(found) >= 1
    assert name in NOT_ERRORS or "read" not in found, found
    assert seconds < SECONDS  # of the processor: a test's machine has other work
    size = path.stat().st_size / 1e6
    assert memory < MEGABYTES + 4 * size  # a file's own bytes may be held
