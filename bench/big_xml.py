"""A gigabyte of MEDLINE-like XML, made up: parsing alone, and ``onoma annotate`` through it.

    python bench/big_xml.py                          1 GB, parse and annotate
    python bench/big_xml.py --bytes 100000000 --only parse
    python bench/big_xml.py --only long              a 10 MB line, a 100 MB document

The citations are made by a generator from the words and sentences below (inline markup, labels,
entities, authors, headings and references in the proportions of real files), written to a temporary
file and removed afterwards. Each measurement runs in a process of its own; memory is what the
kernel says was resident at most (``ru_maxrss``; for several processes the sum of the largest
private parts would be less). Annotation uses the core vocabulary.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from report import Table

SUBJECTS = (
    "Patients with <i>BRCA1</i> mutations", "Mice fed a high-fat diet", "Children with asthma",
    "Adults with type 2 diabetes mellitus", "Cultured HeLa cells",
    "<i>Escherichia coli</i> strains",
    "Women with ovarian cancer", "The control group", "Older people with heart failure",
    "Individuals with Parkinson disease (PD)", "Rats exposed to cadmium", "Hepatocytes",
)  # fmt: skip
VERBS = (
    "showed", "developed", "did not have", "were treated for", "were screened for", "reported",
    "had a lower risk of", "presented with", "were followed up because of", "recovered from",
)  # fmt: skip
OBJECTS = (
    "hypertension", "seizures and fever", "chronic kidney disease", "breast carcinoma",
    "an increase of TNF-&#945; in serum", "loss of p53 expression", "nausea &amp; vomiting",
    "a mutation in <i>CFTR</i> (c.1521_1523delCTT)", "atrial fibrillation", "weight loss",
    "CO<sub>2</sub> retention", "resistance to doxorubicin", "anaemia", "depression",
    "bone marrow suppression", "apoptosis of neurons", "type I interferon signalling",
)  # fmt: skip
TAILS = (
    "after 12 weeks of aspirin", "in a randomised trial", "compared with placebo (P &lt; 0.05)",
    "at a dose of 5 mg/kg", "in the liver and the brain", "without evidence of infection",
    "during follow-up of 4.2 years", "when given metformin", "despite normal glucose",
    "at baseline",
)  # fmt: skip
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC '
    '"-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)


def sentence(rng: random.Random) -> str:
    """Return a made-up sentence with markup."""
    parts = (rng.choice(SUBJECTS), rng.choice(VERBS), rng.choice(OBJECTS), rng.choice(TAILS))
    return f"{' '.join(parts)} (n = {rng.randrange(10, 4000)})."


def citation(pmid: int, rng: random.Random) -> str:
    """Return a citation of about 4 kB."""
    labels = ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")
    abstract = "".join(
        f'<AbstractText Label="{label}" NlmCategory="{label}">'
        f"{' '.join(sentence(rng) for _ in range(rng.randrange(1, 5)))}</AbstractText>"
        for label in labels
    )
    authors = "".join(
        f'<Author ValidYN="Y"><LastName>Name{rng.randrange(9999)}</LastName><ForeName>A B'
        "</ForeName><Initials>AB</Initials><AffiliationInfo><Affiliation>Department of Medicine, "
        "A University, A Town.</Affiliation></AffiliationInfo></Author>"
        for _ in range(rng.randrange(1, 7))
    )
    headings = "".join(
        f'<MeshHeading><DescriptorName UI="D{rng.randrange(10**6):06d}" MajorTopicYN="N">Heading '
        f"{rng.randrange(999)}</DescriptorName></MeshHeading>"
        for _ in range(rng.randrange(4, 12))
    )
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" IndexingMethod="Manual" Owner="NLM">'
        f'<PMID Version="1">{pmid}</PMID><DateCompleted><Year>2021</Year><Month>05</Month><Day>03'
        '</Day></DateCompleted><Article PubModel="Print"><Journal><ISSN IssnType="Print">1234-5678'
        '</ISSN><JournalIssue CitedMedium="Internet"><Volume>12</Volume><Issue>3</Issue><PubDate>'
        f"<Year>{rng.randrange(1980, 2026)}</Year><Month>May</Month></PubDate></JournalIssue>"
        "<Title>A journal of things</Title><ISOAbbreviation>J Things</ISOAbbreviation></Journal>"
        f"<ArticleTitle>{sentence(rng)}</ArticleTitle><Pagination><MedlinePgn>1-9</MedlinePgn>"
        f'</Pagination><Abstract>{abstract}</Abstract><AuthorList CompleteYN="Y">{authors}'
        '</AuthorList><Language>eng</Language><PublicationTypeList><PublicationType UI="D016428">'
        "Journal Article</PublicationType></PublicationTypeList></Article><MeshHeadingList>"
        f'{headings}</MeshHeadingList></MedlineCitation><PubmedData><History><PubMedPubDate '
        'PubStatus="pubmed"><Year>2021</Year><Month>5</Month><Day>3</Day></PubMedPubDate></History>'
        f'<PublicationStatus>ppublish</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">'
        f'{pmid}</ArticleId><ArticleId IdType="doi">10.1000/x.{pmid}</ArticleId></ArticleIdList>'
        "</PubmedData></PubmedArticle>\n"
    )  # fmt: skip


def write_xml(path: Path, size: int) -> int:
    """Write about ``size`` bytes of citations; return how many they are."""
    rng = random.Random(1)  # noqa: S311 - no secret
    count = written = 0
    with path.open("w", encoding="utf-8") as stream:
        written += stream.write(HEAD)
        while written < size:
            count += 1
            written += stream.write(citation(count, rng))
        stream.write("</PubmedArticleSet>\n")
    return count


def write_line(path: Path, size: int) -> int:
    """Write one line of made-up sentences."""
    rng = random.Random(2)  # noqa: S311 - no secret
    written = 0
    with path.open("w", encoding="utf-8") as stream:
        while written < size:
            words = sentence(rng).replace("<i>", "").replace("</i>", "").replace("&amp;", "and")
            written += stream.write(words.replace("<sub>", "").replace("</sub>", "") + " ")
    return 1


def measured(words: list[str]) -> dict[str, float]:
    """Run a command; return its seconds, CPU seconds and peak of memory (MB) over its children."""
    code = (
        "import json,resource,subprocess,sys,time\n"
        "start=time.monotonic()\n"
        "rc=subprocess.call(sys.argv[1:],stdout=subprocess.DEVNULL)\n"
        "use=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps({'rc':rc,'seconds':time.monotonic()-start,"
        "'cpu':use.ru_utime+use.ru_stime,'memory':use.ru_maxrss/1024}))\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, *words], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, float] = json.loads(out.stdout)
    return found


PARSE = (
    "import sys,io\nfrom onoma.formats.medline import read_medline\n"
    "print(sum(1 for _ in read_medline(open(sys.argv[1],'rb'),'big.xml')))"
)
IMPORT = "import onoma.formats.medline"
ANNOTATE = "import sys; from onoma.cli import main; sys.exit(main())"


COLUMNS = (
    "what", "MB", "documents", "s", "CPU s", "MB/s", "MB per CPU s", "documents/s",
    "MB resident", "exit code",
)  # fmt: skip


def row(name: str, count: int, size: int, use: dict[str, float]) -> list[str]:
    """Return a line of the table."""
    megabytes, seconds, cpu = size / 1e6, use["seconds"], use["cpu"]
    return [
        name, f"{megabytes:,.0f}", f"{count:,}", f"{seconds:.1f}", f"{cpu:.1f}",
        f"{megabytes / seconds:,.1f}", f"{megabytes / cpu:,.1f}", f"{count / seconds:,.0f}",
        f"{use['memory']:,.0f}", f"{int(use['rc'])}",
    ]  # fmt: skip


def main() -> int:
    """Write the files, measure, print a table; write it with ``--out``."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bytes", type=int, default=1_000_000_000)
    parser.add_argument("--only", choices=["parse", "annotate", "long"])
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the temporary file is written")
    parser.add_argument("--out", type=Path, help="write the table to this file")
    options = parser.parse_args()
    python = sys.executable
    table = Table("Large files", COLUMNS)
    table.note(f"load {os.getloadavg()[0]:.1f} at the start; files made up by the script")

    def measure(
        write: Callable[[Path, int], int], size: int, suffix: str, runs: list[tuple[str, list[str]]]
    ) -> None:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            path = Path(folder) / f"big{suffix}"
            count = write(path, size)
            for name, words in runs:
                filled = [word.format(path=path, out=Path(folder) / "out.jsonl") for word in words]
                table.add(row(name, count, path.stat().st_size, measured(filled)), show=True)

    annotate = [
        python, "-c", ANNOTATE, "annotate", "{path}", "--mode", "dictionary", "-o", "{out}",
        "--processes", str(options.processes),
    ]  # fmt: skip
    runs: list[tuple[str, list[str]]] = []
    if options.only in (None, "parse"):
        runs.append(("the imports alone", [python, "-c", IMPORT]))
        runs.append(("parse alone", [python, "-c", PARSE, "{path}"]))
    if options.only in (None, "annotate"):
        runs.append((f"annotate, {options.processes} process(es)", annotate))
    if runs:
        measure(write_xml, options.bytes, ".xml", runs)
    if options.only in (None, "long"):
        measure(write_line, 10_000_000, ".txt", [("a line of 10 MB, annotate", annotate)])
        measure(write_line, 100_000_000, ".txt", [("a document of 100 MB, annotate", annotate)])
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
