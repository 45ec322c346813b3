"""Which vocabulary format a file or folder has: told by its content, its name is asked last.

Packed files are looked into; a folder, zip or tar archive is known by the files of a release in it.
"""

from __future__ import annotations

import re
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from onoma.errors import BadFile
from onoma.formats.opening import byte_order
from onoma.ontology.readers.cells import sniff_delimiter, split_line
from onoma.ontology.readers.lines import open_vocabulary
from onoma.ontology.readers.skos import rdf_syntax
from onoma.ontology.readers.tabular import columns_of

HEAD = 1 << 17  # bytes looked at
_MOST_FILES = 20_000  # of a folder

RELEASES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?:{pattern})(?:\.(?:gz|xz|zst|bz2))?", re.IGNORECASE))
    for name, pattern in (
        ("umls", r"MRCONSO\.RRF"),
        ("rxnorm", r"RXNCONSO\.RRF"),
        ("snomed", r"x?(?:sct2|der2)_\w+\.txt"),
        ("taxdump", r"(?:names|nodes)\.dmp"),
        ("loinc", r"Loinc(?:Table)?\.csv"),
        ("mesh", r"(?:desc|supp)\d{4}\.xml"),
        ("icd10cm", r"icd10cm[-_]tabular[-_]?\w*\.xml"),
        ("hgnc", r"hgnc_complete_set[\w-]*\.(?:txt|tsv)"),
        ("chebi", r"compounds\.tsv"),
    )
)
"""Files by whose names a release is known."""

_XML: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("icd-claml", r"<ClaML[\s>]"),
        ("icd10cm", r"<ICD10CM\.\w+[\s>]"),
        ("mesh", r"<(?:DescriptorRecordSet|SupplementalRecordSet|QualifierRecordSet)[\s>]"),
        ("owl", r"<owl:(?:Ontology|Class)[\s>/]"),
        ("skos", r"<skos:|<skosxl:|w3\.org/2004/02/skos/core#Concept"),
        ("owl", r"<(?:\w+:)?RDF[\s>]|<Ontology[\s>]"),
    )
)
_OBO = re.compile(
    r"^(?:format-version[ \t]*:|\[(?:Term|Typedef)\]|ontology:[ \t]*\S|default-namespace:)",
    re.MULTILINE,
)
_OWL = re.compile(r"^\s*(?:Prefix\s*\(|Ontology\s*\(|Prefix:\s|Ontology:\s)", re.MULTILINE)
_TURTLE = re.compile(r"^\s*(?:@prefix|@base|PREFIX|BASE)\s+\S*:?\s*<", re.MULTILINE)
_TRIPLE = re.compile(r"^\s*(?:<[^<>\s]+>|_:\S+)\s+<[^<>\s]+>\s+[<\"_]", re.MULTILINE)
_JSON_GRAPHS = re.compile(r'"graphs"\s*:\s*\[')
_JSON_LD = re.compile(r'"@(?:context|graph|id|type)"\s*:')
_SUFFIXES = {
    "csv": "csv", "json": "obographs", "jsonld": "skos", "jsonl": "jsonl", "ndjson": "jsonl",
    "nt": "skos", "obo": "obo", "ofn": "owl", "omn": "owl", "owl": "owl", "owx": "owl",
    "rdf": "skos", "tab": "tsv", "tsv": "tsv", "ttl": "skos",
}  # fmt: skip


def sniff_vocabulary(path: Path) -> str:
    """Return the name under which ``vocabulary_readers`` has the reader of a file or folder.

    Raises: BadFile: there is no such file, it cannot be read, or no format is recognised.
    """
    if path.is_dir():
        return _release_of(path, (file.name for file in _some(path)))
    found = _by_name(path.name)
    with open_vocabulary(path) as stream:
        head = stream.read(HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _release_of(path, _zipped(path))
    if head[257:262] == b"ustar":
        return _release_of(path, _tarred(path))
    if found:
        return found
    mark, encoding = byte_order(head)
    text = head[len(mark) :].decode(encoding, "replace")
    found = _by_text(path, head, text) or _by_table(text)
    suffixes = [part for part in path.name.lower().split(".")[1:] if part in _SUFFIXES]
    if not found and text.strip() and suffixes and "\0" not in text:
        found = _SUFFIXES[suffixes[-1]]
    if not found:
        start = " ".join(text[:200].split())[:60]
        what = "is empty" if not text.strip() else f"begins with {start!r}"
        raise BadFile(
            f"{path.name}: no vocabulary format is recognised; the file {what}",
            hint="name the format with --format (onoma vocab add --help lists them), or bring it "
            "into the form: curie<TAB>name",
        )
    return found


def _by_name(name: str) -> str:
    """Return the format of a file that is part of a release, empty for another one."""
    return next((format_ for format_, pattern in RELEASES if pattern.fullmatch(name)), "")


def _release_of(path: Path, names: Iterable[str]) -> str:
    """Return the format of a folder or archive with these files."""
    found = {format_ for name in names if (format_ := _by_name(name))}
    for format_, _ in RELEASES:  # a UMLS folder holds RXNORM's names, not its files
        if format_ in found:
            return format_
    raise BadFile(
        f"{path}: no release of a vocabulary is recognised in it",
        hint="MRCONSO.RRF, RXNCONSO.RRF, sct2_*.txt, names.dmp, Loinc.csv, compounds.tsv ... are; "
        "give a file of another kind by itself",
    )


def _some(path: Path) -> Iterable[Path]:
    """Yield files of a folder and the folders in it, up to a number of them."""
    for count, file in enumerate(path.rglob("*")):
        if count == _MOST_FILES:
            return
        yield file


def _zipped(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return [name.rpartition("/")[2] for name in archive.namelist()[:_MOST_FILES]]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadFile(
            f"{path.name}: a damaged zip archive ({error})", hint="get it again"
        ) from error


def _tarred(path: Path) -> list[str]:
    names: list[str] = []
    try:
        with open_vocabulary(path) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                names.append(member.name.rpartition("/")[2])
                if _by_name(names[-1]) or len(names) == _MOST_FILES:
                    break
    except (tarfile.TarError, OSError, ValueError) as error:
        raise BadFile(
            f"{path.name}: a damaged tar archive ({error})", hint="get it again"
        ) from error
    return names


def _by_text(path: Path, head: bytes, text: str) -> str:
    """Return the format that the beginning of a file tells, empty if it tells none."""
    start = text.lstrip()
    if start.startswith("<") and not _TRIPLE.match(start):
        return next((name for name, pattern in _XML if pattern.search(text)), "")
    if start.startswith(("{", "[")) and not start.startswith(("[]", "[Term]", "[Typedef]")):
        return _json(start)
    if _OBO.search(text):
        return "obo"
    if _OWL.search(text):
        return "owl"
    is_rdf = _TURTLE.search(text) or (_TRIPLE.match(start) and rdf_syntax(path, head))
    return "skos" if is_rdf else ""


def _json(start: str) -> str:
    """Return which JSON it is: a graph document, linked data, or an object on each line."""
    first = start.partition("\n")[0].strip()
    if _JSON_LD.search(start[:4096]) and not _JSON_GRAPHS.search(start):
        return "skos"
    if _JSON_GRAPHS.search(start):
        return "obographs"
    if first.startswith("{") and re.search(r'"(?:curie|id)"\s*:', first):
        return "jsonl"
    return ""


def _by_table(text: str) -> str:
    """Return the format of a table, by the columns of its first line."""
    if "\0" in text:
        return ""
    lines = [line for line in text.splitlines() if line.strip()]
    bare = next((line for line in lines if not line.startswith("#")), "")
    for line in (bare, lines[0].removeprefix("#") if lines else ""):
        delimiter = sniff_delimiter(line)
        cells = [cell.strip() for cell in split_line(line, delimiter)]
        if len(cells) < 2:
            continue
        heads = {cell.lower() for cell in cells}
        if {"subject_id", "object_id"} <= heads:
            return "sssom"
        if {"hgnc_id", "symbol"} <= heads:
            return "hgnc"
        if "loinc_num" in heads:
            return "loinc"
        plain = "tsv" if delimiter == "\t" else "csv"
        if "curie" in columns_of(cells):
            return plain
        if re.fullmatch(r"[A-Za-z_][\w.-]*:[^\s:]\S*", cells[0]) and cells[1]:
            return plain
    return ""
