"""Which written forms are the same word: plurals, British spelling, possessives, Roman numerals.

Variation is settled when a vocabulary is compiled, not when a text is read: ``canonical_form``
says which word of the vocabulary a word stands for, ``written_forms`` lists the forms under which
a text may hold it; both go into one word table. Exceptions therefore cost nothing at run time.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

FUNCTION_WORDS = frozenset(
    [
        "a", "about", "above", "after", "again", "all", "also", "am", "an", "and", "any", "are",
        "as", "at", "be", "because", "been", "before", "being", "below", "between", "both", "but",
        "by", "can", "could", "did", "do", "does", "doing", "down", "during", "each", "few", "for",
        "from", "further", "had", "has", "have", "having", "he", "her", "here", "hers", "him",
        "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "let", "may", "me",
        "might", "more", "most", "must", "my", "no", "nor", "not", "now", "of", "off", "on", "once",
        "only", "or", "other", "our", "out", "over", "own", "same", "shall", "she", "should", "so",
        "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they",
        "this", "those", "through", "thus", "to", "too", "under", "until", "up", "upon", "us",
        "very", "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom",
        "why", "will", "with", "within", "without", "would", "yet", "you", "your", "et", "al", "eg",
        "ie", "vs", "via", "per",
    ]
)  # fmt: skip
"""Words that no name may consist of."""

ROMAN = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8",
    "ix": "9", "xi": "11", "xii": "12", "xiii": "13", "xiv": "14", "xv": "15",
}  # fmt: skip

IRREGULAR = {
    "mice": "mouse", "lice": "louse", "children": "child", "men": "man", "women": "woman",
    "feet": "foot", "teeth": "tooth", "geese": "goose", "oxen": "ox", "people": "person",
    "viscera": "viscus", "genera": "genus", "corpora": "corpus", "femora": "femur",
    "calves": "calf", "wolves": "wolf", "halves": "half", "knives": "knife", "lives": "life",
    "wives": "wife", "leaves": "leaf", "sera": "serum", "phalanges": "phalanx",
    "meninges": "meninx", "larynges": "larynx", "testes": "testis", "penes": "penis",
    "irides": "iris", "epididymides": "epididymis", "cicatrices": "cicatrix", "matrices": "matrix",
    "indices": "index", "vertices": "vertex", "cortices": "cortex", "apices": "apex",
    "appendices": "appendix", "varices": "varix", "calices": "calix", "helices": "helix",
    "radices": "radix", "cervices": "cervix", "data": "datum", "criteria": "criterion",
}  # fmt: skip

_NUMERALS = {digits: numeral for numeral, digits in ROMAN.items()}
_SEVERAL = {one: several for several, one in IRREGULAR.items()}

SINGULAR_IN_S = frozenset(
    [
        "adams", "always", "ascites", "atlas", "biceps", "canvas", "caries", "christmas",
        "diabetes", "edwards", "evans", "facies", "faeces", "feces", "forceps", "graves", "herpes",
        "james", "jones", "kansas", "meadows", "measles", "mumps", "pancreas", "perhaps", "pubes",
        "pyrites", "quadriceps", "rabies", "reynolds", "rickets", "roberts", "scabies", "series",
        "shingles", "species", "stokes", "tabes", "texas", "thomas", "towards", "triceps",
        "whereas", "williams",
    ]
)  # fmt: skip
"""Words of five letters or more that end in s without being plurals."""

GENITIVES = frozenset({
    "agalactiae", "cerevisiae", "cholerae", "diphtheriae", "dysenteriae", "gonorrhoeae",
    "influenzae", "leprae", "malariae", "pneumoniae", "rhusiopathiae", "vaginae",
})  # fmt: skip
"""Of what a species is: Klebsiella pneumoniae is no Klebsiella pneumonia."""

SHORT_NOUNS = frozenset(
    [
        "ache", "acne", "ant", "arm", "baby", "band", "bat", "bee", "bile", "body", "boil", "bone",
        "boy", "bulb", "burn", "calf", "cat", "cell", "clam", "clot", "cone", "cord", "corn", "cow",
        "crab", "cyst", "deer", "disc", "disk", "dog", "drug", "duck", "duct", "ear", "egg", "eye",
        "face", "fat", "fig", "fish", "fit", "fly", "fold", "frog", "gene", "germ", "girl", "goat",
        "gum", "gut", "hair", "hand", "head", "heel", "hen", "hip", "horn", "iris", "jaw", "knee",
        "lamb", "leg", "lid", "limb", "lip", "lobe", "loop", "lump", "lung", "mass", "milk", "mite",
        "mole", "nail", "neck", "node", "nose", "nut", "oat", "oil", "pad", "pain", "palm", "pea",
        "pig", "pill", "pit", "plum", "pore", "rash", "rat", "rib", "ring", "root", "sac", "scan",
        "scar", "seal", "skin", "slit", "sore", "spot", "spur", "stem", "tag", "tear", "test",
        "tic", "tick", "tip", "toad", "toe", "tube", "twin", "vein", "wart", "web", "worm", "yam",
    ]
)  # fmt: skip
"""Words of three or four letters whose plural is one: elsewhere ``THES`` would become ``the``."""

_AMERICAN = (
    ("aem", "em"), ("oed", "ed"), ("aes", "es"), ("oes", "es"), ("aec", "ec"), ("coel", "cel"),
    ("paed", "ped"), ("foet", "fet"), ("rrhoe", "rrhe"), ("leuco", "leuko"), ("leuce", "leuke"),
    ("leuca", "leuka"), ("tumour", "tumor"),
    ("colour", "color"), ("behaviour", "behavior"), ("odour", "odor"), ("humour", "humor"),
    ("labour", "labor"), ("vapour", "vapor"), ("fibre", "fiber"), ("centre", "center"),
    ("litre", "liter"), ("metre", "meter"), ("titre", "titer"), ("sulph", "sulf"),
    ("aluminium", "aluminum"), ("amoeb", "ameb"), ("goitre", "goiter"), ("calibre", "caliber"),
    ("aet", "et"), ("naev", "nev"), ("aenia", "enia"), ("aev", "ev"), ("chimaer", "chimer"),
    ("manoeuv", "maneuv"), ("oec", "ec"), ("plough", "plow"), ("grey", "gray"), ("mould", "mold"),
    ("ageing", "aging"), ("pnoe", "pne"), ("yse", "yze"), ("ysing", "yzing"), ("phaeo", "pheo"),
    ("archae", "arche"), ("defence", "defense"), ("licence", "license"), ("programme", "program"),
)  # fmt: skip
"""British letters and the American ones that stand for them in the word table."""

_ISE = re.compile(r"is(e|ed|es|ing|ation|ations)$")
_IZE = re.compile(r"iz(e|ed|es|ing|ation|ations)$")
_SINGLE_ISE = re.compile(
    r"^(a?r|enterpr|pr|dem|adv|dev|rev|superv|desp|disgu|surpr|prem|comprom|prom|exerc|compr|"
    r"franch|exc|inc|circumc|p?ra|appra|no|po|bru|cru|merchand|expert)"
    r"is(e|ed|es|ing)$"
)
"""Verbs and nouns in -ise that nobody writes with z."""


def american(word: str) -> str:
    """Return the American spelling (``haemorrhage`` gives ``hemorrhage``)."""
    if len(word) < 5:
        return word
    for british, plain in _AMERICAN:
        if british in word:
            word = word.replace(british, plain)
    if _ISE.search(word) and not _SINGLE_ISE.search(word):
        word = _ISE.sub(r"iz\1", word)
    return word


def singular(word: str, known: Container[str]) -> str:
    """Return the singular of a word, or the word; ``known`` are the vocabulary's words.

    Latin plurals (``fungi``, ``vertebrae``) and ``-ses`` forms are undone only where the singular
    is a word of the vocabulary.
    """
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) < 4 or word in SINGULAR_IN_S or word in GENITIVES or not word.isalpha():
        return word
    if word.endswith("s"):
        return _strip_s(word, known)
    return _latin_singular(word, known)


_LESS_S = (
    ("itides", ("itis",)), ("sses", ("ss",)), ("ses", ("sis", "s")), ("xes", ("x",)),
    ("ches", ("ch",)), ("shes", ("sh",)), ("zes", ("z",)), ("oes", ("o",)),
)  # fmt: skip
"""Ends of plurals and of their singulars, of which the first that is a known word is taken."""


def _strip_s(word: str, known: Container[str]) -> str:
    if len(word) <= 4:
        return word[:-1] if word[:-1] in SHORT_NOUNS else word
    if word.endswith(("ss", "us", "is", "ics")):
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    for end, ones in _LESS_S:
        if word.endswith(end) and (end != "ses" or len(word) > 6):  # not "cases"
            bare = word[: -len(end)]
            return next((bare + one for one in ones if bare + one in known), word[:-1])
    return word[:-1]


_LATIN = (("ae", "a"), ("i", "us"), ("a", "um"), ("a", "on"), ("ata", "a"), ("ora", "us"))


def _latin_singular(word: str, known: Container[str]) -> str:
    if len(word) < 5:
        return word
    for plural, one in _LATIN:
        if word.endswith(plural):
            base = word[: -len(plural)] + one
            if base in known and not (plural == "i" and len(word) < 5):
                return base
    return word


def canonical_form(word: str, known: Container[str]) -> str:
    """Return the form that stands for a folded word in the word table."""
    if word in ROMAN:
        return ROMAN[word]
    if word.endswith("'s"):
        word = word[:-2]
    word = american(singular(word, known))
    return word.replace("'", "") if "'" in word else word


_LATIN_ENDS = (
    ("sis", "ses"), ("itis", "itides"), ("us", "i"), ("um", "a"), ("ma", "mata"), ("a", "ae"),
)  # fmt: skip
"""Ends of Latin and Greek nouns and of their plurals; the first that fits is taken."""


def plurals(word: str) -> Iterator[str]:
    """Yield the plural forms under which a singular may be written."""
    if len(word) < 3 or not word.isalpha():
        return
    if len(word) < 5 and word not in SHORT_NOUNS and word not in _SEVERAL:
        return
    if word.endswith(("s", "x", "ch", "sh", "z")):
        yield word + "es"
    elif word.endswith("y") and word[-2] not in "aeiou":
        yield word[:-1] + "ies"
    else:
        yield word + "s"
    if word in _SEVERAL:
        yield _SEVERAL[word]
    if word.endswith("on") and len(word) > 6:
        yield word[:-2] + "a"
    for one, several in _LATIN_ENDS:
        if word.endswith(one):
            yield word[: -len(one)] + several
            return


_TO_BRITISH = (
    ("emia", "aemia"), ("emic", "aemic"), ("edema", "oedema"), ("hem", "haem"), ("esoph", "oesoph"),
    ("pediat", "paediat"), ("pedic", "paedic"), ("gynec", "gynaec"), ("estr", "oestr"),
    ("fetal", "foetal"), ("fetus", "foetus"), ("rrhea", "rrhoea"), ("rrheic", "rrhoeic"),
    ("cecum", "caecum"), ("cecal", "caecal"), ("celiac", "coeliac"), ("celom", "coelom"),
    ("tumor", "tumour"), ("color", "colour"), ("behavior", "behaviour"), ("odor", "odour"),
    ("labor", "labour"), ("fiber", "fibre"), ("center", "centre"), ("goiter", "goitre"),
    ("sulf", "sulph"), ("aluminum", "aluminium"), ("cesium", "caesium"), ("ameb", "amoeb"),
    ("leuko", "leuco"), ("leukemi", "leucaemi"), ("nevus", "naevus"), ("nevi", "naevi"),
    ("feces", "faeces"),
    ("fecal", "faecal"), ("pnea", "pnoea"), ("esthe", "aesthe"), ("etiolog", "aetiolog"),
    ("pheochrom", "phaeochrom"), ("gray", "grey"), ("mold", "mould"), ("aging", "ageing"),
    ("yze", "yse"), ("emat", "aemat"), ("anem", "anaem"), ("ischem", "ischaem"), ("titer", "titre"),
    ("archea", "archaea"), ("cesarean", "caesarean"), ("chimer", "chimaer"),
)  # fmt: skip


def british(word: str) -> Iterator[str]:
    """Yield British spellings of an American word."""
    if len(word) < 4:
        return
    for plain, written in _TO_BRITISH:
        if plain in word and written not in word:
            yield word.replace(plain, written)
    if "hem" in word and "emia" in word:
        yield word.replace("hem", "haem").replace("emia", "aemia")
    if _IZE.search(word):
        yield _IZE.sub(r"is\1", word)


def written_forms(word: str, *, is_head: bool, is_eponym: bool) -> Iterator[str]:
    """Yield the forms of a canonical word besides itself.

    ``is_head``: the word ends a name, so that its plural may be met. ``is_eponym``: it is a person
    (``Crohn``), so that a possessive may be met.
    """
    if word in _NUMERALS:
        yield _NUMERALS[word]
    bases = [word, *british(word)]
    for base in bases:
        if base != word:
            yield base
        if is_head:
            yield from plurals(base)
        if is_eponym:
            yield base + "'s"
            if base.isalpha() and len(base) > 3:
                yield base + "s"
