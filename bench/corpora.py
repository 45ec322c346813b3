"""Public corpora read in place and turned into gold PubTator files, one per score.

In: the shared data folder (environment variable ``ONOMA_SHARED``, else ``../shared`` next to the
repository). Out: ``GoldDocument`` values and, in a cache folder outside the repository,
``SET.pubtator``, which any scorer reads. A set is a row of ``SETS``: what is read, under which
PubTator type it is scored, which semantic types and namespaces Onoma is asked for. The corpora are
cited in the README beside each one's data; no text of theirs is kept in this repository.

    python bench/corpora.py                  # what there is
    python bench/corpora.py linnaeus         # write one set and say where
"""

from __future__ import annotations

import functools
import gzip
import os
import re
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HEAD = re.compile(r"^([^|\t]+)\|([ta])\|(.*)$")
STANDOFF = (  # the three layouts that the HPO corpora use
    re.compile(r"^\[(?P<start>\d+)::(?P<end>\d+)\]\t(?P<id>HP_\d+)\s*\|\s?(?P<text>.*)$"),
    re.compile(r"^(?P<start>\d+):(?P<end>\d+)\t(?P<id>HP:\d+)\t(?P<text>[^\t]*)"),
    re.compile(r"^(?P<start>\d+)\t(?P<end>\d+)\t(?P<text>[^\t]*)\t(?P<id>HP:\d+)"),
)
PHENOTYPE_ROOT = "HP:0000118"
BREAKS = str.maketrans("\n\r\t", "   ")
DISEASE_CLASSES = ("SpecificDisease", "DiseaseClass", "CompositeMention", "Modifier")


class SharedDataMissingError(FileNotFoundError):
    """The shared data folder, or a file in it, is not on this machine."""


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A mention that the annotators marked; ``ids`` is the corpus's own concept field."""

    start: int
    end: int
    text: str
    type: str
    ids: str


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A document in PubTator's two parts; offsets index ``text``."""

    id: str
    title: str
    abstract: str
    mentions: tuple[GoldMention, ...] = ()

    @property
    def text(self) -> str:
        """Title, one space, abstract; the title alone when there is no abstract."""
        return f"{self.title} {self.abstract}" if self.abstract else self.title


@dataclass(frozen=True, slots=True)
class GoldSet:
    """One score: where its gold comes from, and what Onoma is asked for.

    ``read`` gives the documents with the corpus's own types; ``corpus_types`` are those scored, all
    written as ``type``. ``allowed`` gives the concept ids outside which a gold mention is dropped
    (None: all count). ``equiv`` names files of ``tools/equiv``; each is scored in turn.
    """

    name: str
    read: Callable[[], Iterable[GoldDocument]]
    corpus_types: tuple[str, ...]
    type: str
    types: tuple[str, ...]
    ids: tuple[str, ...]
    part: str = "none"  # dev, train, or "none" when the corpus has no official split
    equiv: tuple[str, ...] = ("none",)
    allowed: Callable[[], frozenset[str]] | None = None
    note: str = ""
    is_default: bool = True

    def documents(self, split: str = "all") -> Iterator[GoldDocument]:
        """Yield the gold documents of a split, each id once, with one type and allowed ids."""
        if self.part != "none" and split not in ("all", self.part):
            return
        allowed = self.allowed() if self.allowed else None
        seen: set[str] = set()
        for document in self.read():
            if document.id in seen or (self.part == "none" and not in_split(document.id, split)):
                continue
            seen.add(document.id)
            yield GoldDocument(
                document.id, document.title, document.abstract, self._scored(document, allowed)
            )

    def _scored(
        self, document: GoldDocument, allowed: frozenset[str] | None
    ) -> tuple[GoldMention, ...]:
        """Return the mentions that are scored, sorted."""
        kept = (
            GoldMention(m.start, m.end, m.text, self.type, m.ids.strip())
            for m in document.mentions
            if m.type in self.corpus_types and (allowed is None or is_allowed(m.ids, allowed))
        )
        return tuple(sorted(kept, key=lambda m: (m.start, m.end, m.ids)))


def shared_root() -> Path:
    """Return the shared folder.

    Raises:
        SharedDataMissingError: neither ``ONOMA_SHARED`` nor ``../shared`` leads to it.
    """
    repository = Path(__file__).resolve().parent.parent
    root = Path(os.environ.get("ONOMA_SHARED", repository.parent / "shared"))
    if not (root / "data").is_dir():
        raise SharedDataMissingError(
            f"no data folder in {root}; set ONOMA_SHARED to the shared folder"
        )
    return root


def shared_file(name: str) -> Path:
    """Return a file of the shared folder, by its path inside it."""
    path = shared_root() / name
    if not path.exists():
        raise SharedDataMissingError(f"{path} is not there")
    return path


def in_split(identifier: str, split: str) -> bool:
    """Whether a document of a corpus without a split falls in ours (dev: one in four, by CRC)."""
    return split == "all" or (zlib.crc32(identifier.encode()) % 4 == 0) == (split == "dev")


def is_allowed(ids: str, allowed: frozenset[str]) -> bool:
    """Whether a concept field names one of the allowed ids (a field without ids does not)."""
    parts = (re.sub(r"\(Tax:\d+\)$", "", p.strip()) for p in re.split(r"[|,;+]", ids))
    return any(part in allowed for part in parts)


# --- readers, one per file format ---------------------------------------------------------------


def parse_pubtator(lines: Iterable[str]) -> Iterator[GoldDocument]:
    """Yield the documents of PubTator lines; relation rows are left out, tabs in text stay."""
    title: dict[str, str] = {}
    abstract: dict[str, str] = {}
    mentions: list[GoldMention] = []
    current = ""
    for raw in lines:
        line = raw.rstrip("\r\n")
        if head := HEAD.match(line):
            if head[2] == "t":
                if current:
                    yield document_of(current, title[current], abstract.get(current, ""), mentions)
                current, mentions = head[1], []
                title[current] = head[3]
                abstract.pop(current, None)
            else:
                abstract[current] = head[3]
            continue
        cells = line.split("\t")
        if len(cells) >= 5 and cells[1].isdigit() and cells[2].isdigit():
            ids = cells[5] if len(cells) > 5 else ""
            mentions.append(GoldMention(int(cells[1]), int(cells[2]), cells[3], cells[4], ids))
    if current:
        yield document_of(current, title[current], abstract.get(current, ""), mentions)


def document_of(
    identifier: str, title: str, abstract: str, mentions: Iterable[GoldMention]
) -> GoldDocument:
    """Return a document whose tabs and line breaks are single spaces, so that offsets hold."""
    clean = (GoldMention(m.start, m.end, m.text.translate(BREAKS), m.type, m.ids) for m in mentions)
    return GoldDocument(
        identifier, title.translate(BREAKS), abstract.translate(BREAKS), tuple(clean)
    )


def parse_standoff(identifier: str, text: str, annotations: str) -> GoldDocument:
    """Return a note of the HPO corpora; text in one title line, offsets unchanged."""
    mentions = []
    for line in annotations.splitlines():
        found = next(filter(None, (layout.match(line) for layout in STANDOFF)), None)
        if found:
            start, end = int(found["start"]), int(found["end"])
            curie = found["id"].replace("_", ":", 1)
            mentions.append(GoldMention(start, end, found["text"], "Phenotype", curie))
    return document_of(identifier, text, "", mentions)


def parse_knowtator(content: bytes, text: str) -> list[GoldMention]:
    """Return the mentions of a Knowtator file, old layout or Knowtator 2; gaps are covered."""
    root = ElementTree.fromstring(content)  # noqa: S314 (a corpus file read for measuring)
    classes = {
        node.get("id", ""): node.find("mentionClass").get("id", "")  # type: ignore[union-attr]
        for node in root.iter("classMention")
    }
    mentions = []
    for node in root.iter("annotation"):
        spans = [(int(s.get("start", "")), int(s.get("end", ""))) for s in node.iter("span")]
        if not spans:
            continue
        inner = node.find("class")
        if inner is not None:
            curie = inner.get("id", "").rsplit("/", 1)[-1].replace("_", ":", 1)
        else:
            mention = node.find("mention")
            curie = classes.get(mention.get("id", ""), "") if mention is not None else ""
        start, end = min(s for s, _ in spans), max(e for _, e in spans)
        if 0 <= start < end <= len(text):
            mentions.append(GoldMention(start, end, text[start:end], "", curie))
    return mentions


def read_pubtator_gz(name: str) -> Iterator[GoldDocument]:
    """Yield the documents of a gzipped PubTator file of the shared data."""
    with gzip.open(shared_file(name), "rt", encoding="utf-8", newline="\n") as handle:
        yield from parse_pubtator(handle)


def read_hpo(archive: str, folder: str, texts: str, annotations: str) -> Iterator[GoldDocument]:
    """Yield the notes of one of the HPO corpora."""
    members = read_tar(f"data/hpo-gsc/{archive}")
    prefix = f"{folder}/{texts}/"
    for name in sorted(n for n in members if n.startswith(prefix)):
        identifier = name.removeprefix(prefix)
        rows = members.get(f"{folder}/{annotations}/{identifier}", b"")
        yield parse_standoff(identifier, members[name].decode("utf-8"), rows.decode("utf-8"))


def read_craft(ontology: str, part: str) -> Iterator[GoldDocument]:
    """Yield the full articles of CRAFT with the annotations of one ontology."""
    archive = "craft-train-dev-MONDO" if ontology == "MONDO" else "craft-train-dev"
    texts = read_tar("data/craft/craft-train-dev.tar.xz")
    marks = read_tar(f"data/craft/{archive}.tar.xz")
    wanted = texts[f"articles/ids/craft-ids-{part}.txt"].decode().split()
    files = {
        Path(name).name.split(".")[0]: name
        for name in marks
        if f"concept-annotation/{ontology}/{ontology}" in name and name.endswith(".xml")
    }
    for identifier in sorted(wanted):
        text = texts[f"articles/txt/{identifier}.txt"].decode("utf-8")
        found = parse_knowtator(marks[files[identifier]], text) if identifier in files else []
        typed = (GoldMention(m.start, m.end, m.text, ontology, m.ids) for m in found)
        yield document_of(identifier, text, "", typed)


@functools.cache
def read_tar(name: str) -> dict[str, bytes]:
    """Return the files of a packed folder of the shared data, by path."""
    out = {}
    with tarfile.open(shared_file(name)) as archive:
        for member in archive:
            if member.isfile() and (content := archive.extractfile(member)):
                out[member.name.removeprefix("./")] = content.read()
    return out


# --- which gold ids count ------------------------------------------------------------------------


@functools.cache
def phenotype_ids() -> frozenset[str]:
    """Return the HPO ids below HP:0000118, with the alternative and replaced ids of each."""
    parents: dict[str, list[str]] = {}
    other: dict[str, str] = {}
    with gzip.open(shared_file("data/ontologies/hp.obo.gz"), "rt", encoding="utf-8") as handle:
        for block in handle.read().split("\n[Term]\n")[1:]:
            curie = ""
            for line in block.splitlines():
                key, _, value = line.partition(": ")
                if key == "id":
                    curie = value
                elif key == "is_a":
                    parents.setdefault(curie, []).append(value.split(" ")[0])
                elif key == "alt_id":
                    other[value] = curie
                elif key == "replaced_by":
                    other[curie] = value

    def is_below(curie: str) -> bool:
        return curie == PHENOTYPE_ROOT or any(is_below(p) for p in parents.get(curie, ()))

    below = {c for c in parents if is_below(c)}
    below |= {old for old, new in other.items() if new in below}
    for line in shared_file("tools/equiv/hpo.equiv.tsv").read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) >= 2 and not below.isdisjoint(cells[:2]):
            below.update(cells[:2])
    return frozenset(below)


@functools.cache
def human_genes() -> frozenset[str]:
    """Return the NCBI Gene ids of human genes, bare as the gene corpora write them."""
    path = shared_file("data/ontologies/Homo_sapiens.gene_info.gz")
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        rows = (line.split("\t", 3) for line in handle if not line.startswith("#"))
        return frozenset(cells[1] for cells in rows if cells[0] == "9606")


# --- the sets ------------------------------------------------------------------------------------


def hpo_set(name: str, source: tuple[str, str, str, str], *, is_default: bool = True) -> GoldSet:
    """Return a row for one of the HPO corpora, phenotypic abnormalities only."""
    return GoldSet(
        name,
        functools.partial(read_hpo, *source),
        ("Phenotype",),
        "Phenotype",
        ("phenotype",),
        ("HP",),
        equiv=("hpo",),
        allowed=phenotype_ids,
        is_default=is_default,
    )


def pubtator_set(
    name: str,
    path: str,
    corpus_types: tuple[str, ...],
    kind: str,
    asked: tuple[tuple[str, ...], tuple[str, ...]],
    **more: object,
) -> GoldSet:
    """Return a row for a corpus in PubTator form; ``asked`` is semantic types and namespaces."""
    read = functools.partial(read_pubtator_gz, f"data/{path}")
    return GoldSet(name, read, corpus_types, kind, *asked, **more)  # type: ignore[arg-type]


DISEASE = (("disease",), ("MESH", "OMIM"))
GENE = (("gene", "protein"), ("NCBIGene",))
SPECIES = (("organism", "microbe"), ("NCBITaxon",))
SHARED_TYPE = "BP and MF share the type process: the other's concepts count as wrong"
CRAFT: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "CHEBI": (("chemical", "drug"), ("CHEBI",), ""),
    "CL": (("cell_type",), ("CL",), ""),
    "GO_BP": (("process",), ("GO",), SHARED_TYPE),
    "GO_CC": (("component",), ("GO",), ""),
    "GO_MF": (("process",), ("GO",), SHARED_TYPE),
    "NCBITaxon": (("organism", "microbe"), ("NCBITaxon",), ""),
    "PR": (("gene", "protein"), ("PR",), "no PR in the core: read mention and overlap only"),
    "SO": ((), ("SO",), "no Sequence Ontology in the core"),
    "UBERON": (("anatomy",), ("UBERON",), ""),
    "MONDO": (("disease",), ("MONDO",), ""),
}


def make_sets() -> dict[str, GoldSet]:
    """Return every set by name."""
    sets = [
        hpo_set("hpo-gscplus", ("GSCplus-60pct.tar.xz", "GSC+", "corpus", "ann")),
        hpo_set("hpo-id68", ("ID-68-60pct.tar.xz", "ID-68", "corpus", "ann")),
        hpo_set(
            "hpo-gsc2024",
            ("GSC_2024-60pct.tar.xz", "GSC_2024", "Text", "Annotations"),
            is_default=False,
        ),
    ]
    for part, file in (("dev", "NCBIdevelopset"), ("train", "NCBItrainset")):
        path = f"ncbi-disease/{file}_corpus.txt.gz"
        sets.append(
            pubtator_set(
                f"ncbi-disease-{part}",
                path,
                DISEASE_CLASSES,
                "Disease",
                DISEASE,
                part=part,
                equiv=("none", "medic"),
            )
        )
    for part, file in (("dev", "Development"), ("train", "Training")):
        path = f"bc5cdr/CDR_{file}Set.PubTator.txt.gz"
        for kind, types in (("Disease", ("disease",)), ("Chemical", ("chemical", "drug"))):
            name = f"bc5cdr-{part}-{kind.lower()}"
            asked = (types, ("MESH",))
            sets.append(pubtator_set(name, path, (kind,), kind, asked, part=part))
    species = (
        ("linnaeus", "linnaeus/Linnaeus_Train.PubTator.gz"),
        ("species-800", "species-800/SPECIES_Train.PubTator.gz"),
    )
    sets += [pubtator_set(n, path, ("Species",), "Species", SPECIES) for n, path in species]
    genes = (
        ("nlm-gene", "nlm-gene/NLMgene_Train.PubTator.gz"),
        ("gnormplus", "gnormplus/GNormPlus_Train.PubTator.gz"),
    )
    for name, path in genes:
        sets.append(pubtator_set(name, path, ("Gene",), "Gene", GENE, is_default=False))
        human = f"{name}-human"
        sets.append(pubtator_set(human, path, ("Gene",), "Gene", GENE, allowed=human_genes))
    cells = "bioid-cellline/BioID_Train_revision.PubTator.gz"
    asked = (("cell_line",), ("CVCL",))
    sets.append(pubtator_set("bioid-cellline", cells, ("CellLine",), "CellLine", asked))
    for ontology, (types, ids, note) in CRAFT.items():
        for part in ("dev", "train"):
            sets.append(
                GoldSet(
                    f"craft-{part}-{ontology.lower().replace('_', '-')}",
                    functools.partial(read_craft, ontology, part),
                    (ontology,),
                    ontology,
                    types,
                    ids,
                    part=part,
                    note=note,
                    is_default=False,
                )
            )
    return {row.name: row for row in sets}


SETS = make_sets()


def chosen(names: str | None) -> list[GoldSet]:
    """Return the sets named by a comma-separated list; a prefix names a family, "all" every one."""
    if not names:
        return [row for row in SETS.values() if row.is_default]
    if names == "all":
        return list(SETS.values())
    out = []
    for name in names.split(","):
        family = [row for key, row in SETS.items() if key == name or key.startswith(name + "-")]
        exact = [row for row in family if row.name == name]
        if not family:
            raise SystemExit(f"no set {name!r}; known: {', '.join(SETS)}")
        out += exact or family
    return out


# --- gold files ----------------------------------------------------------------------------------


def cache_folder() -> Path:
    """Return the folder of gold and prediction files (``ONOMA_BENCH_CACHE``, else temporary)."""
    default = Path(tempfile.gettempdir()) / f"onoma-bench-{os.getuid()}"
    folder = Path(os.environ.get("ONOMA_BENCH_CACHE", default))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_pubtator(documents: Iterable[GoldDocument], path: Path) -> int:
    """Write documents as PubTator text; return how many there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        for document in documents:
            count += 1
            handle.write(f"{document.id}|t|{document.title}\n{document.id}|a|{document.abstract}\n")
            for m in document.mentions:
                row = (document.id, str(m.start), str(m.end), m.text, m.type, m.ids)
                handle.write("\t".join(row).rstrip("\t") + "\n")
            handle.write("\n")
    return count


def main() -> int:
    """List the sets, or write the gold files of those named."""
    if len(sys.argv) < 2:
        for row in SETS.values():
            print(f"{row.name:28s} {row.type:11s} --types {','.join(row.types) or '-'}")
        return 0
    for row in chosen(sys.argv[1]):
        path = cache_folder() / f"{row.name}.gold.pubtator"
        print(write_pubtator(row.documents(), path), path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
