"""Which format a vocabulary file or folder has, told by what is in it rather than by its name."""

from __future__ import annotations

import re
from pathlib import Path

from onoma.errors import InputError
from onoma.ontology.readers import vocabulary_readers
from onoma.ontology.readers.lines import open_vocabulary
from onoma.ontology.readers.releases import Release

HEAD = 1 << 16

_FOLDERS = (
    ("umls", re.compile(r"MRCONSO\.RRF(\.\w+)?", re.IGNORECASE)),
    ("rxnorm", re.compile(r"RXNCONSO\.RRF(\.\w+)?", re.IGNORECASE)),
    ("snomed", re.compile(r"x?sct2_\w+\.txt(\.\w+)?", re.IGNORECASE)),
    ("loinc", re.compile(r"loinc\.csv(\.\w+)?", re.IGNORECASE)),
    ("taxdump", re.compile(r"names\.dmp(\.\w+)?", re.IGNORECASE)),
    ("chebi", re.compile(r"compounds\.tsv(\.\w+)?", re.IGNORECASE)),
    ("mesh", re.compile(r"(desc|supp)\d{4}\.xml(\.\w+)?", re.IGNORECASE)),
)
"""A file by which a folder, or the file itself, tells its format."""

_HEADS = (
    ("sssom", re.compile(r"\A(#.*\n)*(?=[^\n]*\bsubject_id\t)(?=[^\n]*\bobject_id\b)")),
    ("obographs", re.compile(r'\A\s*\{\s*"(graphs|meta|@context)"')),
    ("jsonl", re.compile(r"\A\s*\{")),
    ("mesh", re.compile(r"<(DescriptorRecordSet|SupplementalRecordSet)\b")),
    ("icd-claml", re.compile(r"<ClaML\b")),
    ("icd10cm", re.compile(r"<ICD10CM\.(tabular|index)\b", re.IGNORECASE)),
    ("skos", re.compile(r"(skos/core#|\bskos:)(Concept|ConceptScheme)\b")),
    ("owl", re.compile(r"(<rdf:RDF|<Ontology\b|^\s*Ontology\(|^Prefix\(|owl#Ontology|owl:Ontology)",
                       re.MULTILINE)),
    ("obo", re.compile(r"^(format-version:|\[Term\])", re.MULTILINE)),
    ("hgnc", re.compile(r"\Ahgnc_id\tsymbol\t")),
    ("loinc", re.compile(r'\A"?LOINC_NUM"?,')),
)  # fmt: skip
_BY_SUFFIX = {
    ".csv": "tsv", ".tsv": "tsv", ".txt": "tsv", ".tab": "tsv", ".obo": "obo", ".owl": "owl",
    ".ofn": "owl", ".rdf": "owl", ".ttl": "skos", ".nt": "skos", ".jsonl": "jsonl",
}  # fmt: skip
_PACKED = frozenset({".gz", ".zst", ".xz", ".bz2", ".zip"})


def format_of(path: Path) -> str:
    """Return the name of the format under ``vocabulary_readers``.

    Raises: InputError: nothing tells; BadFile: the file cannot be read.
    """
    if not path.exists():
        raise InputError(f"no file, folder or add-on {str(path)!r}", hint="check the path")
    release = Release(path)
    names = [path.name] if release.is_file else release.names
    for format_, pattern in _FOLDERS:
        if any(pattern.fullmatch(name.rpartition("/")[2]) for name in names):
            return format_
    if release.is_file or len(names) == 1:
        with open_vocabulary(path) as stream:
            head = stream.read(HEAD).decode("utf-8", "replace").lstrip("\ufeff")
        for format_, pattern in _HEADS:
            if pattern.search(head):
                return format_
        suffixes = [one for one in path.suffixes if one.lower() not in _PACKED]
        if suffixes and suffixes[-1].lower() in _BY_SUFFIX:
            return _BY_SUFFIX[suffixes[-1].lower()]
        if "\t" in head.partition("\n")[0]:
            return "tsv"
    known = ", ".join(vocabulary_readers.names())
    raise InputError(f"the format of {path.name} is not told by what is in it",
                     hint=f"say --format, one of: {known}")  # fmt: skip
