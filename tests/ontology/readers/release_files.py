"""Small files in the shape of licensed and other big vocabularies; every word is our own."""

from __future__ import annotations

from pathlib import Path

Files = dict[str, str]


def write_files(folder: Path, files: Files) -> Path:
    """Write files below a folder and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def rrf(*rows: str) -> str:
    """Return rows with the bar that ends each."""
    return "".join(row + "|\n" for row in rows)


def atom(
    cui: str,
    text: str,
    *,
    sab: str = "MSH",
    tty: str = "SY",
    code: str = "D000001",
    lat: str = "ENG",
    status: str = "S|L1|PF|S1|Y",
    aui: str = "A1",
    suppress: str = "N",
) -> str:
    """Return a row of MRCONSO or RXNCONSO without its last bar."""
    return f"{cui}|{lat}|{status}|{aui}||||{sab}|{tty}|{code}|{text}|0|{suppress}|"


def relation(first: str, kind: str, second: str, rela: str = "", suppress: str = "N") -> str:
    """Return a row of MRREL or RXNREL: the second one is KIND of the first."""
    return f"{first}|A1|CUI|{kind}|{second}|A2|CUI|{rela}|R1||MTH|MTH|||{suppress}|"


PREFERRED = "P|L1|PF|S1|Y"

UMLS: Files = {
    "META/MRCONSO.RRF": rrf(
        atom("C0000010", "gleaming lung", tty="MH", status=PREFERRED, aui="A10"),
        atom("C0000010", "lung, gleaming", tty="ET", aui="A11"),
        atom("C0000010", "GL", sab="NCI", tty="AB", code="C77", aui="A12"),
        atom("C0000010", "shiny lung", sab="CHV", tty="PT", code="0000001", aui="A13"),
        atom("C0000010", "Gleaming lung (disorder)", sab="SNOMEDCT_US", tty="FN", code="1234567"),
        atom("C0000010", "pulmón brillante", sab="MSHSPA", lat="SPA", tty="MH", aui="A14"),
        atom("C0000010", "old gleam", suppress="O"),
        atom("C0000020", "lung disorder", tty="MH", code="D000002", status=PREFERRED, aui="A20"),
        atom("CL000033", "glimmerase", sab="NCI", tty="PT", code="C99", status=PREFERRED),
    ),
    "META/MRSTY.RRF": rrf(
        "C0000010|T047|B2|Disease or Syndrome|AT1|",
        "C0000020|T191|B2|Neoplastic Process|AT2|",
        "CL000033|T116|A1|Amino Acid, Peptide, or Protein|AT3|",
        "CL000033|T126|A1|Enzyme|AT4|",
    ),
    "META/MRREL.RRF": rrf(
        relation("C0000010", "PAR", "C0000020", "inverse_isa"),
        relation("C0000020", "CHD", "C0000010", "isa"),
        relation("C0000010", "RO", "CL000033", "has_cause"),
        relation("C0000020", "RB", "CL000033", "mapped_from"),
        relation("C0000020", "PAR", "CL000033", "", "Y"),
    ),
    "META/MRDEF.RRF": rrf(
        "C0000010|A99|AT8||MSH|of an atom that is not read|N|",
        "C0000010|A10|AT9||MSH|A lung that gleams.|N|",
    ),
    "META/MRCUI.RRF": rrf(
        "C0000009|2020AA|SY|||C0000010|Y", "C0000008|2020AA|RO|||C0000020|Y",
        "C0000007|2020AA|DEL|||||".removesuffix("|"),
    ),
    "META/release.dat": "umls.release.name=2026AA\n",
}  # fmt: skip

RXNORM: Files = {
    "rrf/RXNCONSO.RRF": rrf(
        atom("161", "glimmerol", sab="RXNORM", tty="IN", code="161"),
        atom("161", "GLIMMEROL", sab="MTHSPL", tty="SU", code="ABCDEFGH12"),
        atom("900", "glimmerol 500 MG Oral Tablet", sab="RXNORM", tty="SCD", code="900"),
        atom("900", "Glim 500", sab="RXNORM", tty="SY", code="900"),
        atom("800", "Oral Tablet", sab="RXNORM", tty="DF", code="800"),
        atom("700", "glimmerol tablets", sab="RXNORM", tty="SCDF", code="700"),
    ),
    "rrf/RXNREL.RRF": rrf(
        relation("900", "RB", "700", "inverse_isa"),
        relation("700", "RN", "900", "isa"),
        relation("161", "RO", "900", "ingredient_of"),
        relation("", "PAR", "", "isa"),
    ),
    "rrf/RXNSAT.RRF": rrf(
        "161||||A1|161|AT1||UNII_CODE|MTHSPL|ABCDEFGH12|N|",
        "900||||A1|900|AT2||NDC|RXNORM|00001000100|N|",
    ),
    "rrf/RXNCUI.RRF": rrf("150|1|2|1|161", "151|1|2|2|161", "151|1|2|2|900", "900|1|2|1|900"),
    "rrf/RXNSAB.RRF": rrf("|".join(["C1", "C2", "V", "RXNORM", "n", "f", "05052026", *[""] * 18])),
    "prescribe/rrf/RXNCONSO.RRF": rrf(atom("161", "glimmerol", sab="RXNORM", tty="IN")),
}


def rf2(header: str, *rows: str) -> str:
    """Return a table of RF2 with the line ends that releases have."""
    return "".join("\t".join(row.split()) + "\r\n" for row in (header,)) + "".join(
        "\t".join(row.split("~")) + "\r\n" for row in rows
    )


_MODULE = "900000000000207008"
_FSN, _SYNONYM = "900000000000003001", "900000000000013009"
_PREFERRED, _ACCEPTABLE = "900000000000548007", "900000000000549004"
_US = "900000000000509007"
_DESCRIPTION = (
    "id effectiveTime active moduleId conceptId languageCode typeId term caseSignificanceId"
)
_REFSET = "id effectiveTime active moduleId refsetId referencedComponentId"


def _description(key: str, concept: str, text: str, kind: str = _SYNONYM, more: str = "") -> str:
    time, active = ("20260101", "1") if not more else more.split()
    return f"{key}~{time}~{active}~{_MODULE}~{concept}~en~{kind}~{text}~900000000000448009"


def snomed(kind: str) -> Files:
    """Return a release: its snapshot, or the full one with older rows before and after."""
    is_full = kind == "Full"
    concepts = [
        f"100000001~20200101~1~{_MODULE}~900000000000074008",
        f"100000002~20200101~1~{_MODULE}~900000000000074008",
        f"100000003~20260101~0~{_MODULE}~900000000000074008",
        f"100000004~20260101~0~{_MODULE}~900000000000074008",
    ]
    descriptions = [
        _description("200000011", "100000001", "Gleaming lung (disorder)", _FSN),
        _description("200000012", "100000001", "Gleaming lung"),
        _description("200000013", "100000001", "Lung with gleam"),
        _description("200000014", "100000001", "Lunge that gleams", more="20260101 0"),
        _description("200000015", "100000001", "Pulmo micans"),
        _description("200000021", "100000002", "Lung structure (body structure)", _FSN),
        _description("200000022", "100000002", "Lung"),
        _description("200000031", "100000003", "Gleam of lung (disorder)", _FSN),
        _description("200000041", "100000004", "Glow (finding)", _FSN),
    ]
    relations = [
        f"300000011~20200101~1~{_MODULE}~100000001~100000002~0~116680003~9000~9001",
        f"300000012~20200101~1~{_MODULE}~100000001~100000002~0~363698007~9000~9001",
    ]
    languages = [
        f"l{key}~20200101~1~{_MODULE}~{_US}~{description}~{grade}"
        for key, description, grade in (
            (1, "200000012", _PREFERRED),
            (2, "200000013", _ACCEPTABLE),
            (3, "200000022", _PREFERRED),
        )
    ]
    associations = [
        f"a1~20260101~1~{_MODULE}~900000000000526001~100000003~100000001",
        f"a2~20260101~1~{_MODULE}~900000000000523009~100000004~100000001",
        f"a3~20260101~1~{_MODULE}~900000000000523009~100000004~100000002",
    ]
    if is_full:
        concepts.insert(0, f"100000003~20200101~1~{_MODULE}~900000000000074008")
        concepts.append(f"100000001~20190101~0~{_MODULE}~900000000000074008")
        old = _description("200000012", "100000001", "Gleeming lung", more="20190101 1")
        descriptions.append(old)
        relations.append(f"300000013~20260101~0~{_MODULE}~100000002~100000001~0~116680003~1~2")
        relations.append(f"300000013~20190101~1~{_MODULE}~100000002~100000001~0~116680003~1~2")
    concept_head = "id effectiveTime active moduleId definitionStatusId"
    relation_head = (
        "id effectiveTime active moduleId sourceId destinationId relationshipGroup typeId "
        "characteristicTypeId modifierId"
    )
    return {
        f"{kind}/Terminology/sct2_Concept_{kind}_INT_2026.txt": rf2(concept_head, *concepts),
        f"{kind}/Terminology/sct2_Description_{kind}-en_INT_2026.txt": rf2(
            _DESCRIPTION, *descriptions
        ),
        f"{kind}/Terminology/sct2_TextDefinition_{kind}-en_INT_2026.txt": rf2(
            _DESCRIPTION, _description("400000011", "100000001", 'A lung that "gleams".')
        ),
        f"{kind}/Terminology/sct2_Relationship_{kind}_INT_2026.txt": rf2(relation_head, *relations),
        f"{kind}/Refset/Language/der2_cRefset_Language{kind}-en_INT_2026.txt": rf2(
            f"{_REFSET} acceptabilityId", *languages
        ),
        f"{kind}/Refset/Content/der2_cRefset_Association{kind}_INT_2026.txt": rf2(
            f"{_REFSET} targetComponentId", *associations
        ),
    }


LOINC: Files = {
    "LoincTable/Loinc.csv": "\ufeff"
    '"LOINC_NUM","COMPONENT","STATUS","CONSUMER_NAME","RELATEDNAMES2","SHORTNAME",'
    '"LONG_COMMON_NAME","DefinitionDescription"\r\n'
    '"90001-1","Glimmerol","ACTIVE","Glimmerol, blood test","Bld; Point in time","Glim Bld-mCnc",'
    '"Glimmerol [Mass/volume] in Blood","How much ""glimmerol""\r\nthere is"\r\n'
    '"90002-9","Glimmerol","DEPRECATED","","","Glim old","Glimmerol in Blood, old",""\r\n',
    "LoincTable/MapTo.csv": '"LOINC","MAP_TO","COMMENT"\r\n"90002-9","90001-1",""\r\n',
    "AccessoryFiles/PartFile/Part.csv": '"PartNumber","PartTypeName","PartName",'
    '"PartDisplayName","Status"\r\n"LP90000-5","COMPONENT","Glimmerol","Glimmerol","ACTIVE"\r\n'
    '"LP90001-3","METHOD","Glow","Glow method","ACTIVE"\r\n',
    "AccessoryFiles/ConsumerName/ConsumerName.csv": '"LoincNumber","ConsumerName"\r\n'
    '"90001-1","Glow test"\r\n',
    "AccessoryFiles/ComponentHierarchyBySystem/ComponentHierarchyBySystem.csv": '"PATH_TO_ROOT",'
    '"SEQUENCE","IMMEDIATE_PARENT","CODE","CODE_TEXT"\r\n"LP90000-5","1","LP90000-5","90001-1",'
    '"Glimmerol"\r\n',
}

CLAML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ClaML SYSTEM "ClaML.dtd">
<ClaML version="2.0.0">
 <Title name="ICD-10-GM" date="2026-01-01" version="2026">Made up</Title>
 <ModifierClass code=".0" modifier="S1"><Rubric kind="preferred"><Label>mild</Label></Rubric>
 </ModifierClass>
 <Class code="I" kind="chapter"><SubClass code="A00-A09"/>
  <Rubric kind="preferred"><Label xml:lang="en">Gleams</Label></Rubric></Class>
 <Class code="A00-A09" kind="block"><SuperClass code="I"/>
  <Rubric kind="preferred"><Label xml:lang="en">Gleams of the lung</Label></Rubric></Class>
 <Class code="A00" kind="category"><SuperClass code="A00-A09"/>
  <Rubric kind="preferred"><Label xml:lang="en" xml:space="default">Gleaming lung</Label></Rubric>
  <Rubric kind="inclusion"><Label xml:lang="en"><Fragment type="item">Glow of lung</Fragment>
   <Reference class="in brackets">B00</Reference></Label></Rubric>
  <Rubric kind="exclusion"><Label xml:lang="en">glimmer of liver</Label></Rubric></Class>
</ClaML>
"""

ICD10CM = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2026</version>
 <chapter><name>1</name><desc>Gleams (A00-B99)</desc>
  <section id="A00-A09"><desc>Gleams of the lung (A00-A09)</desc>
   <diag><name>A00</name><desc>Gleaming lung</desc><includes><note>glow of lung</note></includes>
    <diag><name>A00.0</name><desc>Gleaming lung, mild</desc>
     <inclusionTerm><note>Faint gleam</note></inclusionTerm>
     <excludes1><note>glimmer of liver (B00)</note></excludes1></diag>
    <diag><name>A00.1</name><desc>Gleaming lung, bright</desc>
     <sevenChrDef><extension char="A">initial encounter</extension></sevenChrDef></diag>
   </diag>
  </section>
 </chapter>
</ICD10CM.tabular>
"""


def mesh_term(text: str, *, tag: str = "NON", permuted: str = "N") -> str:
    """Return a term."""
    return (
        f'<Term ConceptPreferredTermYN="N" IsPermutedTermYN="{permuted}" LexicalTag="{tag}">'
        f"<TermUI>T1</TermUI><String>{text}</String></Term>"
    )


def mesh_concept(ui: str, *terms: str, preferred: str = "Y", more: str = "") -> str:
    """Return a concept."""
    return (
        f'<Concept PreferredConceptYN="{preferred}"><ConceptUI>{ui}</ConceptUI>{more}'
        f"<TermList>{''.join(terms)}</TermList></Concept>"
    )


def mesh_descriptor(ui: str, label: str, trees: str, *concepts: str) -> str:
    """Return a descriptor's record."""
    numbers = "".join(f"<TreeNumber>{tree}</TreeNumber>" for tree in trees.split())
    return (
        f'<DescriptorRecord DescriptorClass="1"><DescriptorUI>{ui}</DescriptorUI><DescriptorName>'
        f"<String>{label}</String></DescriptorName><TreeNumberList>{numbers}</TreeNumberList>"
        f"<ConceptList>{''.join(concepts)}</ConceptList></DescriptorRecord>\n"
    )


_RELATION = (
    '<ConceptRelationList><ConceptRelation RelationName="NRW"><Concept1UI>M1</Concept1UI>'
    "<Concept2UI>M2</Concept2UI></ConceptRelation></ConceptRelationList>"
)

MESH: Files = {
    "desc2026.xml": '<?xml version="1.0"?>\n<!DOCTYPE DescriptorRecordSet SYSTEM "desc.dtd">\n'
    "<DescriptorRecordSet>\n"
    + mesh_descriptor(
        "D000002",
        "Gleaming Lung",
        "C08.100.200",
        mesh_concept(
            "M1",
            mesh_term("Gleaming Lung"),
            mesh_term("Lung, Gleaming", permuted="Y"),
            mesh_term("Lung Gleam"),
            mesh_term("GLD", tag="ABB"),
            more=f"<ScopeNote>A lung\nthat gleams.</ScopeNote>{_RELATION}",
        ),
        mesh_concept("M2", mesh_term("Bright Gleaming Lung"), preferred="N"),
    )
    + mesh_descriptor("D000001", "Lung Gleams", "C08.100", mesh_concept("M3"))
    + mesh_descriptor(
        "D000003",
        "Glimmerase",
        "D08.811",
        mesh_concept(
            "M4", mesh_term("Glimmerase"), more="<RegistryNumber>50-78-2</RegistryNumber>"
        ),
    )
    + "</DescriptorRecordSet>\n",
    "supp2026.xml": '<?xml version="1.0"?>\n<SupplementalRecordSet>\n'
    '<SupplementalRecord SCRClass="3"><SupplementalRecordUI>C000001</SupplementalRecordUI>'
    "<SupplementalRecordName><String>Glow syndrome</String></SupplementalRecordName>"
    "<HeadingMappedToList><HeadingMappedTo><DescriptorReferredTo><DescriptorUI>*D000002"
    "</DescriptorUI></DescriptorReferredTo></HeadingMappedTo></HeadingMappedToList><ConceptList>"
    + mesh_concept("M9", mesh_term("Glow disease"))
    + "</ConceptList></SupplementalRecord>\n</SupplementalRecordSet>\n",
}


def dmp(*rows: str) -> str:
    """Return rows of a taxonomy dump."""
    return "".join("\t|\t".join(row.split("~")) + "\t|\n" for row in rows)


TAXDUMP: Files = {
    "nodes.dmp": dmp("1~1~no rank~", "2~1~domain~BC", "50~2~species~GG", "60~1~species~LL"),
    "names.dmp": dmp(
        "1~root~~scientific name",
        "2~Bacteria~Bacteria <bacteria>~scientific name",
        "2~eubacteria~~blast name",
        "50~bright glimmer~~common name",
        "50~Glimmerella nitens~~scientific name",
        "50~Glimmerella nitens Onoma, 2026~~authority",
        "50~GNI~~acronym",
        "60~Lucerna lenta~~scientific name",
    ),
    "merged.dmp": dmp("49~50", "48~50"),
    "delnodes.dmp": dmp("70"),
}

HGNC: Files = {
    "hgnc_complete_set.txt": "hgnc_id\tsymbol\tname\tlocus_group\tstatus\talias_symbol\tprev_symbol"
    "\tentrez_id\tensembl_gene_id\tuniprot_ids\n"
    'HGNC:90001\tGLIM1\tglimmerase 1, bright\tprotein-coding gene\tApproved\t"GLA|GLB"\tOLDGL\t99'
    "\tENSG00000000099\tP00099\n"
    "HGNC:90002\tGLIM2P\tglimmerase 2 pseudogene\tpseudogene\tApproved\n"
    "HGNC:90003\tGLIM3\tentry withdrawn\twithdrawn\tEntry Withdrawn\t\t\t\t\t\n",
}

CHEBI: Files = {
    "compounds.tsv": "ID\tSTATUS\tCHEBI_ACCESSION\tSOURCE\tPARENT_ID\tNAME\tDEFINITION\tSTAR\n"
    "24431\tC\tCHEBI:24431\tChEBI\tnull\tchemical entity\tnull\t3\n"
    "50906\tC\tCHEBI:50906\tChEBI\tnull\trole\tnull\t3\n"
    "900\tC\tCHEBI:900\tChEBI\tnull\t<em>beta</em>-glimmerol\tA glow.\t3\n"
    "901\tC\tCHEBI:901\tChEBI\tnull\tglow inhibitor\tnull\t3\n"
    "902\tC\tCHEBI:902\tChEBI\t900\tnull\tnull\t3\n",
    "names.tsv": "ID\tCOMPOUND_ID\tTYPE\tSOURCE\tNAME\tADAPTED\tLANGUAGE\n"
    "1\t900\tSYNONYM\tChEBI\tglimmer alcohol\tF\ten\n2\t900\tINN\tWHO\tglimmérol\tF\tfr\n",
    "relation.tsv": "ID\tTYPE\tINIT_ID\tFINAL_ID\tSTATUS\n1\tis_a\t24431\t900\tC\n"
    "2\tis_a\t50906\t901\tC\n3\thas_role\t901\t900\tC\n",
    "database_accession.tsv": "ID\tCOMPOUND_ID\tSOURCE\tTYPE\tACCESSION_NUMBER\n"
    "1\t900\tX\tCAS Registry Number\t50-78-2\n2\t900\tX\tKEGG COMPOUND accession\tC00001\n",
}

FORMATS: dict[str, Files] = {
    "chebi": CHEBI,
    "hgnc": HGNC,
    "icd-claml": {"icd.xml": CLAML},
    "icd10cm": {"icd10cm-tabular-2026.xml": ICD10CM},
    "loinc": LOINC,
    "mesh": MESH,
    "rxnorm": RXNORM,
    "snomed": snomed("Full"),
    "taxdump": TAXDUMP,
    "umls": UMLS,
}
"""A whole release of each format."""
