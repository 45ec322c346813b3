"""UMLS semantic types (TUI) and groups as Onoma's semantic types.

Source: NLM's SemGroups file (Bodenreider and McCray 2003, Exploring semantic groups through visual
approaches, J Biomed Inform 36): 127 types in 15 groups. A type has its group's semantic types
unless ``OWN`` says otherwise.
"""

from __future__ import annotations

GROUPS: dict[str, tuple[str, ...]] = {
    "ACTI": (),
    "ANAT": ("anatomy",),
    "CHEM": ("chemical",),
    "CONC": (),
    "DEVI": ("device",),
    "DISO": ("disease",),
    "GENE": ("gene",),
    "GEOG": (),
    "LIVB": ("organism",),
    "OBJC": (),
    "OCCU": (),
    "ORGA": (),
    "PHEN": ("process",),
    "PHYS": ("process",),
    "PROC": ("procedure",),
}

MEMBERS: dict[str, str] = {
    "ACTI": "T051 T052 T053 T054 T055 T056 T057 T064 T066",
    "ANAT": "T017 T018 T021 T022 T023 T024 T025 T026 T029 T030 T031",
    "CHEM": "T103 T104 T109 T114 T116 T120 T121 T122 T123 T125 T126 T127 T129 T130 T131 T192 T195 "
    "T196 T197 T200",
    "CONC": "T077 T078 T079 T080 T081 T082 T089 T102 T169 T170 T171 T185",
    "DEVI": "T074 T075 T203",
    "DISO": "T019 T020 T033 T037 T046 T047 T048 T049 T050 T184 T190 T191",
    "GENE": "T028 T085 T086 T087 T088",
    "GEOG": "T083",
    "LIVB": "T001 T002 T004 T005 T007 T008 T010 T011 T012 T013 T014 T015 T016 T096 T097 T098 T099 "
    "T100 T101 T194 T204",
    "OBJC": "T071 T072 T073 T167 T168",
    "OCCU": "T090 T091",
    "ORGA": "T092 T093 T094 T095",
    "PHEN": "T034 T038 T067 T068 T069 T070",
    "PHYS": "T032 T039 T040 T041 T042 T043 T044 T045 T201",
    "PROC": "T058 T059 T060 T061 T062 T063 T065",
}

OWN: dict[str, tuple[str, ...]] = {
    "T025": ("cell_type",),
    "T026": ("component",),
    "T116": ("protein", "chemical"),  # amino acid, peptide or protein
    "T126": ("protein",),  # enzyme
    "T192": ("protein",),  # receptor
    "T121": ("chemical", "drug"),  # pharmacologic substance
    "T195": ("chemical", "drug"),  # antibiotic
    "T200": ("drug",),  # clinical drug
    "T033": ("phenotype",),  # finding
    "T184": ("phenotype", "disease"),  # sign or symptom
    "T190": ("disease", "phenotype"),  # anatomical abnormality
    "T046": ("disease", "process"),  # pathologic function
    "T049": ("process", "disease"),  # cell or molecular dysfunction
    "T034": ("test",),  # laboratory or test result
    "T201": ("test", "phenotype"),  # clinical attribute
    "T032": ("phenotype",),  # organism attribute
    "T059": ("procedure", "test"),  # laboratory procedure
    "T060": ("procedure", "test"),  # diagnostic procedure
    "T063": ("method",),  # molecular biology research technique
    "T062": ("method",),  # research activity
    "T065": (),  # educational activity
    "T067": (),  # phenomenon
    "T068": (),
    "T069": (),
    "T085": (),  # sequences as data
    "T086": ("gene",),
    "T087": (),
    "T088": (),
    "T168": ("food",),
    "T004": ("organism", "microbe"),  # fungus
    "T005": ("organism", "microbe"),  # virus
    "T007": ("organism", "microbe"),  # bacterium
    "T194": ("organism", "microbe"),  # archaeon
    "T096": ("population",),
    "T097": ("population",),
    "T098": ("population",),
    "T099": ("population",),
    "T100": ("population",),
    "T101": ("population",),
    "T016": ("organism", "population"),  # human
}

TUI_TYPES: dict[str, tuple[str, ...]] = {
    tui: OWN.get(tui, GROUPS[group]) for group, tuis in MEMBERS.items() for tui in tuis.split()
}
"""Each of the 127 TUIs with its semantic types; none for ideas, activities, places and the like."""
