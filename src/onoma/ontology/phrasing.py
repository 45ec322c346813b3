"""How authors rephrase the name of a finding or disease: made spellings by rule, at compile time.

"Calcification of falx cerebri" is also "falx cerebri calcification"; "Abnormality of the eye" is
"ocular anomaly", "eye malformation", "eye defect"; "Absent speech" is "absence of speech"; "Type C
brachydactyly" is "brachydactyly type C". The word classes below are English, not lists of findings.
Compare the morphological clusters of Groza et al. 2024 (FastHPOCR) and Lobo et al. 2017 (IHP).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

ADJECTIVES = {
    "eye": ("ocular", "ophthalmologic", "ophthalmic"), "mouth": ("oral",),
    "kidney": ("renal",), "heart": ("cardiac",), "face": ("facial",), "ear": ("auricular", "otic"),
    "tooth": ("dental",), "teeth": ("dental",), "dentition": ("dental",), "nose": ("nasal",),
    "liver": ("hepatic",), "lung": ("pulmonary",), "brain": ("cerebral",), "skin": ("cutaneous",),
    "nail": ("ungual",), "skeleton": ("skeletal",), "vertebra": ("vertebral",), "rib": ("costal",),
    "skull": ("cranial",), "bone": ("osseous",), "muscle": ("muscular",), "spine": ("spinal",),
    "genitalia": ("genital",), "genital system": ("genital",), "uterus": ("uterine",),
    "ovary": ("ovarian",), "testis": ("testicular",), "bladder": ("vesical",),
    "stomach": ("gastric",), "intestine": ("intestinal",), "pancreas": ("pancreatic",),
    "spleen": ("splenic",), "blood vessel": ("vascular",), "vasculature": ("vascular",),
    "immune system": ("immune", "immunological"), "nervous system": ("neurological", "neurologic"),
    "cerebellum": ("cerebellar",), "retina": ("retinal",), "cornea": ("corneal",),
    "lens": ("lenticular",), "iris": ("iridal",), "hip": ("hip",), "pelvis": ("pelvic",),
    "thorax": ("thoracic", "chest"), "abdomen": ("abdominal",), "neck": ("cervical",),
    "limbs": ("limb",), "limb": ("limbs",), "hand": ("hands",), "foot": ("feet",),
    "gastrointestinal tract": ("gastrointestinal",), "digestive system": ("digestive",),
    "respiratory system": ("respiratory",), "cardiovascular system": ("cardiovascular",),
    "urinary system": ("urinary",), "endocrine system": ("endocrine",),
    "skeletal system": ("skeletal",), "musculature": ("muscular", "muscle"),
    "integument": ("cutaneous", "skin"), "metabolism": ("metabolic",), "hair": ("hair",),
    "patella": ("patellar",), "clavicle": ("clavicular",), "mandible": ("mandibular",),
    "maxilla": ("maxillary",), "tibia": ("tibial",), "fibula": ("fibular",), "femur": ("femoral",),
    "humerus": ("humeral",), "radius": ("radial",), "ulna": ("ulnar",), "scapula": ("scapular",),
    "sternum": ("sternal",), "sacrum": ("sacral",), "phalanx": ("phalangeal",),
    "ossicle": ("ossicular",), "palate": ("palatal",), "tongue": ("lingual",), "lip": ("labial",),
    "tooth enamel": ("enamel",), "esophagus": ("esophageal",), "trachea": ("tracheal",),
    "bronchus": ("bronchial",), "larynx": ("laryngeal",), "pharynx": ("pharyngeal",),
    "colon": ("colonic",), "rectum": ("rectal",), "anus": ("anal",), "artery": ("arterial",),
    "vein": ("venous",), "aorta": ("aortic",), "ventricle": ("ventricular",),
    "atrium": ("atrial",), "valve": ("valvular",), "ureter": ("ureteral", "ureteric"),
    "urethra": ("urethral",), "vagina": ("vaginal",), "penis": ("penile",), "thymus": ("thymic",),
    "thyroid": ("thyroidal",), "nerve": ("neural",), "meninges": ("meningeal",),
    "thalamus": ("thalamic",), "hypothalamus": ("hypothalamic",), "pupil": ("pupillary",),
    "orbit": ("orbital",), "vestibule": ("vestibular",), "cochlea": ("cochlear",),
}  # fmt: skip
"""Body parts and the adjectives that stand for them before a noun."""

_BY_ADJECTIVE: dict[str, list[str]] = {}
for _part, _adjectives in ADJECTIVES.items():
    for _adjective in _adjectives:
        if " " not in _part and _part != _adjective:
            _BY_ADJECTIVE.setdefault(_adjective, []).append(_part)

_ALL_ADJECTIVES = frozenset(_BY_ADJECTIVE).union(*ADJECTIVES.values())

ABNORMAL = ("abnormality", "anomaly", "malformation", "defect", "deformity")
LOOSER = (
    "dysmorphism",
    "involvement",
    "disorder",
    "manifestation",
    "problem",
    "alteration",
    "complication",
    "change",
    "lesion",
    "symptom",
    "feature",
)

SAME = (
    ("decreased", "reduced", "low", "diminished"),
    ("increased", "increasing", "elevated", "high", "raised"),
    ("delay", "retardation"),
    ("delayed", "retarded"),
    ("absent", "missing"),
    ("enlarged", "large", "dilated"),
    ("flat", "flattened"),
    ("long", "elongated"),
    ("unsteady", "unstable"),
    ("spots", "patches", "macules"),
    ("spot", "patch", "macule"),
    ("legs", "lower limbs", "lower extremities"),
    ("arms", "upper limbs", "upper extremities"),
    ("leg", "lower limb", "lower extremity"),
    ("arm", "upper limb", "upper extremity"),
    ("behavior", "features", "traits"),
    ("epileptiform", "epileptic"),
    ("retractions", "recessions"),
    ("open", "opened"),
    ("shape", "appearance"),
    ("testes", "testicles"),
    ("severe", "profound"),
    ("neoplasm", "tumor"),
    ("impairment", "deficit"),
    ("recurrent", "frequent", "repeated"),
    ("abnormal", "anomalous", "dysmorphic", "unusual", "distinctive", "peculiar", "atypical"),
    ("anteriorly placed", "anterior", "antepositioned"),
    ("movements", "movement"),
    ("broad", "wide"),
    ("thin", "thinned"),
    ("hyperextensible", "hypermobile"),
    ("multiple", "numerous", "many"),
    ("neuroma", "neurinoma"),
    ("difficulties", "difficulty", "problems", "problem", "disturbance", "disorder"),
    ("intellectual disability", "mental retardation", "intellectual impairment"),
)
"""Words that describe findings and may stand for each other."""

NOUNS = {
    "absent": "absence", "delayed": "delay", "impaired": "impairment", "abnormal": "abnormality",
    "enlarged": "enlargement", "reduced": "reduction", "decreased": "decrease",
    "increased": "increase", "thickened": "thickening", "thin": "thinning", "tapered": "tapering",
    "calcified": "calcification", "fused": "fusion", "duplicated": "duplication",
    "short": "shortening", "shortened": "shortening", "webbed": "webbing", "elevated": "elevation",
    "swollen": "swelling", "dilated": "dilatation", "narrow": "narrowing", "loss": "loss",
    "hypoplastic": "hypoplasia", "aplastic": "aplasia", "dysplastic": "dysplasia",
    "atrophic": "atrophy", "deviated": "deviation", "flattened": "flattening", "bowed": "bowing",
    "limited": "limitation", "restricted": "restriction", "weak": "weakness", "stiff": "stiffness",
    "asymmetric": "asymmetry", "hypopigmented": "hypopigmentation", "curved": "curving",
    "episodic": "episode", "atretic": "atresia", "stenotic": "stenosis", "ectopic": "ectopia",
    "atrophied": "atrophy", "spastic": "spasticity", "retarded": "retardation",
}  # fmt: skip
"""Describing words and the noun of the same state: "absent speech", "absence of speech"."""
_FROM_NOUN = {noun: word for word, noun in NOUNS.items()}

OF_ORGANS = (
    "dysfunction", "impairment", "damage", "injury", "toxicity", "complication", "involvement",
    "problem", "lesion", "disturbance",
)  # fmt: skip
"""What is said of an organ that is hurt or does not work as it should."""

_DERIVED = (
    ("tension", "tensive"), ("toxicity", "toxic"), ("lepsy", "leptic"), ("plegia", "plegic"),
    ("paresis", "paretic"), ("kinesia", "kinetic"), ("osis", "otic"), ("itis", "itic"),
    ("emia", "emic"), ("penia", "penic"), ("mnesia", "mnesic"), ("algesia", "algesic"),
    ("pathy", "pathic"), ("uria", "uric"), ("hypoxia", "hypoxic"), ("tonia", "tonic"),
    ("thermia", "thermic"), ("phrenia", "phrenic"), ("megaly", "megalic"),
    ("rrhythmia", "rrhythmic"), ("cholestasis", "cholestatic"), ("emolysis", "emolytic"),
    ("rrhage", "rrhagic"), ("aneurysm", "aneurysmal"), ("aneurysms", "aneurysmal"),
    ("embolism", "embolic"), ("mania", "manic"), ("convulsion", "convulsive"),
    ("convulsions", "convulsive"), ("nsonism", "nsonian"), ("systole", "systolic"),
    ("cataract", "cataractous"), ("edema", "edematous"), ("diabetes", "diabetic"),
    ("atrophy", "atrophic"), ("ischaemia", "ischaemic"), ("anaemia", "anaemic"),
)  # fmt: skip
"""Endings of names of diseases and of the adjectives for who or what has them."""

_DISORDER = re.compile(r"^([\w' -]+) (disease|disorder)(s?)$", re.IGNORECASE)
_OF_GENES = ("hereditary", "inherited", "genetic")
_SITE = re.compile(r"^([\w' -]+) neoplasms$", re.IGNORECASE)
_CANCER = re.compile(
    r"^(?:([\w' -]+) cancer|malignant ([\w' -]+) (?:neoplasm|tumou?r))s?$", re.IGNORECASE
)
_ADVERB = re.compile(r"(ally|ously|ently|antly|ively|tely|edly|ably|ingly)$")
_STATE = re.compile(
    r"(?:ed|ent|ant|al|ic|ive|ular|y|set)$|^(?:abnormal|absent|broad|flat|high|large|long|low|narrow"
    r"|open|poor|rigid|short|small|sparse|thick|thin|weak|wide)$"
)
_DEGREE = re.compile(
    r"^(?:(mild|moderate|severe|profound) )?(\w+al) (retard|impair|delay)(?:ation|ment)?$", re.I
)
_ABNORMALITY_OF = re.compile(r"^abnormality of (?:the )?(.+)$", re.IGNORECASE)
_MORPHOLOGY = re.compile(r"^abnormal (.+?) (?:morphology|physiology|structure)$", re.IGNORECASE)
_OF = re.compile(r"^([\w' -]+?) (?:of|in|involving|affecting) (?:the |an? )?([\w' -]+)$")
_TYPED = re.compile(r"^type ([A-Za-z]?\d?[A-Za-z]?) (.+)$", re.IGNORECASE)
_TYPE_LAST = re.compile(r"^(.+?),? type ([A-Za-z]?-?\d{0,2}[A-Za-z]?)$", re.IGNORECASE)


def cancers(heading: str) -> Iterator[str]:
    """Yield "Colorectal cancer" for the heading "Colorectal Neoplasms".

    MeSH files the cancers of a site under its neoplasms and prints "Colorectal Cancer" among the
    entry terms of the heading; lists of a heading's closest synonyms leave it out.
    """
    site = _SITE.match(heading)
    if site:
        yield f"{site[1]} cancer"


def malignancies(name: str) -> Iterator[str]:
    """Yield "lung malignancy" and "malignancy of lung" for "lung cancer" and its like.

    >>> list(malignancies("malignant colon neoplasm"))
    ['colon malignancy', 'malignancy of colon']
    >>> list(malignancies("Cancer")) + list(malignancies("benign neoplasm"))
    []
    """
    site = _CANCER.match(name)
    if site:
        part = site[1] or site[2]
        yield f"{part} malignancy"
        yield f"malignancy of {part}"


def disorders(name: str) -> Iterator[str]:
    """Yield "autosomal recessive disorder" for "autosomal recessive disease", and back.

    Of diseases in general, "hereditary", "inherited" and "genetic" say the same as well.
    """
    ending = _DISORDER.match(name)
    if not ending:
        return
    before, head, plural = ending.groups()
    kinds = (before, *(kind for kind in _OF_GENES if before.lower() in _OF_GENES))
    for kind in dict.fromkeys(kinds):
        for other in ("disease", "disorder"):
            if (kind, other) != (before, head.lower()):
                yield f"{kind} {other}{plural}"


def dysfunctions(name: str) -> Iterator[str]:
    """Yield "renal dysfunction", "kidney damage" for "Kidney Diseases", "kidney disorder".

    Authors say of an organ that it is hurt or does not work; terminologies file that under the
    diseases of the organ.
    """
    ending = _DISORDER.match(name)
    if not ending:
        return
    part = ending[1].lower()
    parts = {part, *ADJECTIVES.get(part, ()), *_BY_ADJECTIVE.get(part, ())}
    if part not in ADJECTIVES and part not in _ALL_ADJECTIVES:
        return
    for noun in _BY_ADJECTIVE.get(part, ()):
        parts.update(ADJECTIVES[noun])
    for one in sorted(parts):
        for head in OF_ORGANS:
            yield f"{one} {head}"


def adjectives(name: str) -> Iterator[str]:
    """Yield "hypertensive" for "Hypertension", "nephrotoxic" for "nephrotoxicity".

    >>> [list(adjectives(name)) for name in ("Schizophrenia", "Cirrhosis", "Aneurysms", "Gout")]
    [['schizophrenic'], ['cirrhotic'], ['aneurysmal'], []]
    """
    word = name.lower()
    if len(word) < 7 or not word.isalpha():
        return
    for ending, other in _DERIVED:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            yield word[: -len(ending)] + other
            return


def rephrasings(name: str) -> Iterator[str]:
    """Yield other phrasings of a finding's name; repeats and the name itself may be among them."""
    first = list(_reordered(name))
    yield from first
    for one in (name, *first[:4]):
        yield from _reworded(one)
    yield from _of_abnormality(name)
    for one in (name, *first[:5]):
        yield from _by_part(one)
    yield from _looser(name)
    yield from _predicated(name)
    yield from _retarded(name)


def _predicated(name: str) -> Iterator[str]:
    """Yield "gait is unsteady", "ears were low-set" for "Unsteady gait", "Low-set ears"."""
    first, _, rest = name.partition(" ")
    state = first.lower()
    if not rest or len(rest.split(" ")) > 2 or not _STATE.search(state):
        return
    padded = {state} | {other for group in SAME if state in group for other in group}
    for word in padded:
        for verb in ("is", "was", "are", "were"):
            yield f"{rest} {verb} {word}"


def _retarded(name: str) -> Iterator[str]:
    """Yield "mildly mentally retarded" for "Mild mental retardation"."""
    match = _DEGREE.match(name)
    if match:
        degree = f"{match[1].lower()}ly " if match[1] else ""
        yield f"{degree}{match[2].lower()}ly {match[3].lower()}ed"


def _by_part(name: str) -> Iterator[str]:
    """Yield "kidney agenesis" for "Renal agenesis", "hamartoma of retina" for "Retinal ..."."""
    words = name.lower().split(" ")
    for place, word in enumerate(words[:3]):
        for other in _BY_ADJECTIVE.get(word, ()):
            rest = " ".join(words[:place] + words[place + 1 :])
            yield " ".join([*words[:place], other, *words[place + 1 :]])
            if rest and place == 0:
                yield f"{rest} of {other}"
        for other in ADJECTIVES.get(word, ()):
            yield " ".join([*words[:place], other, *words[place + 1 :]])


def _looser(name: str) -> Iterator[str]:
    """Yield what is left without a leading adverb, and describing words made of nouns."""
    first, _, rest = name.partition(" ")
    if _ADVERB.search(first) and len(rest.split(" ")) > 1:
        yield rest
    if not rest and name.endswith("ness") and len(name) > 7:
        stem = name[:-4]
        yield stem[:-1] + "y" if stem.endswith("i") else stem
    low = name.lower()
    for state, words in (("delay", "delayed"), ("impairment", "impaired")):
        if low.endswith(" " + state):
            what = low[: -len(state) - 1]
            yield f"{words} {what}"
            yield f"{state} in {what}"
            if what.endswith("al"):
                yield f"{what}ly {words}"
    if first.lower().endswith("ed") and rest and len(rest.split(" ")) <= 3 and rest[:1].islower():
        stem = first.lower()[:-1] if first.lower().endswith("eed") else first.lower()[:-2]
        yield f"{stem}ing of {rest}"
        yield f"{rest} {stem}ing"


def _reordered(name: str) -> Iterator[str]:
    match = _TYPED.match(name) or _TYPE_LAST.match(name)
    if match:
        number, rest = (match[1], match[2]) if len(match[1]) <= 3 else (match[2], match[1])
        yield from (f"type {number} {rest}", f"{rest} type {number}", f"{rest} {number}")
    match = _OF.match(name)
    if match:
        head, part = match[1], match[2]
        yield f"{part} {head}"
        yield f"{head} in {part}"
        yield f"{head} of {part}"
        return
    words = name.split(" ")
    if 2 <= len(words) <= 4 and "," not in name and "/" not in name:
        head = words[-1]
        if head[:1].islower() and head.isalpha() and len(head) > 3:
            yield f"{head} of {' '.join(words[:-1])}"
            yield f"{head} in {' '.join(words[:-1])}"
        noun = NOUNS.get(words[0].lower())
        if noun:
            rest = " ".join(words[1:])
            yield f"{noun} of {rest}"
            yield f"{rest} {noun}"
            yield f"{rest} {words[0].lower()}"
        if len(words) == 3:
            yield f"{words[1]} {words[0]} {words[2]}"


def _reworded(name: str) -> Iterator[str]:
    low = name.lower()
    padded = f" {low} "
    for group in SAME:
        word = next((one for one in group if f" {one} " in padded), None)
        for other in group if word else ():
            if other != word:
                yield padded.replace(f" {word} ", f" {other} ").strip()
    words = low.split(" ")
    noun = _FROM_NOUN.get(words[-1])
    if noun and len(words) > 1 and noun not in ("low", "high"):
        yield f"{noun} {' '.join(words[:-1])}"


def _of_abnormality(name: str) -> Iterator[str]:
    """Yield the ways to say that a part of the body is not as it should be."""
    match = _ABNORMALITY_OF.match(name) or _MORPHOLOGY.match(name)
    if not match:
        head, _, last = name.lower().rpartition(" ")
        if head and last in ABNORMAL:
            yield from (f"{head} {noun}" for noun in (*ABNORMAL, "disorder"))
        return
    part = match[1].lower()
    is_whole = name.lower().startswith("abnormality")
    parts = [part, *(ADJECTIVES.get(part, ()))]
    for one in parts:
        for noun in ABNORMAL:
            yield f"{one} {noun}"
        yield f"abnormal {one}"
        yield f"malformed {one}"
        for noun in LOOSER if is_whole or " " in part else ():
            yield f"{one} {noun}"
    for noun in (*ABNORMAL, "involvement"):
        yield f"{noun} of {part}"
        yield f"{noun} in {part}"
