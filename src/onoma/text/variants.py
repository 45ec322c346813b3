"""Which written forms are the same word: plurals, British spelling, possessives, Roman numerals.

Variation is settled when a vocabulary is compiled, not when a text is read: ``canonical_form``
says which word of the vocabulary a word stands for, ``written_forms`` lists the forms under which
a text may hold it; both go into one word table. Exceptions therefore cost nothing at run time.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

FUNCTION_WORDS = frozenset(
    "a about above after again all also am an and any are as at be because been before being below "
    "between both but by can could did do does doing down during each few for from further had has "
    "have having he her here hers him his how i if in into is it its just let may me might more "
    "most must my no nor not now of off on once only or other our out over own same shall she "
    "should so some such than that the their them then there these they this those through thus to "
    "too under until up upon us very was we were what when where which while who whom why will "
    "with within without would yet you your et al eg ie vs via per".split()
)
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

SINGULAR_IN_S = frozenset(
    "always lens pons species series rabies caries scabies facies diabetes herpes measles mumps "
    "rickets shingles feces faeces pancreas biceps triceps forceps quadriceps gas bias atlas "
    "canvas plus ascites pyrites lues tabes pubes tinnitus kudzu mers sars aids diagnostics "
    "arteritides ms als news this thus yes has was does less across perhaps towards hereditas "
    "rhabdos aspergillos mellitus galls paris texas kansas illinois james lewis thomas williams "
    "adams davis jones hodgkins sanguis christmas stokes graves meadows evans jakobs roberts "
    "reynolds edwards hutchins zellweggers sjogrens proteus chlamydias".split()
)
SHORT_NOUNS = frozenset(
    "ear eye toe leg arm rib lip hip jaw gum cat dog rat pig cow hen bat bee fly ant fat egg gut "
    "sac lid tic fit scar cell gene node lobe limb hand nail skin bone vein nose lung cyst duct "
    "band body drug pill test scan rash burn wart mole acne boil corn bile milk nut pea oil tip "
    "boy girl baby twin goat duck frog fish toad worm tick mite lamb calf deer seal crab clam "
    "plum palm yam oat fig pit web tag fold slit horn spot pad nail hair iris disc disk virus tumor tumour organ nerve gland joint brain heart liver".split()
)
"""Words of three or four letters whose plural is one: elsewhere ``THES`` would become ``the``."""

_BRITISH = (
    ("aem", "em"), ("oed", "ed"), ("aes", "es"), ("oes", "es"), ("aec", "ec"), ("coel", "cel"),
    ("paed", "ped"), ("gynaec", "gynec"), ("foet", "fet"), ("diarrhoe", "diarrhe"),
    ("rrhoe", "rrhe"), ("isch", "isch"), ("leuc", "leuk"), ("tumour", "tumor"),
    ("colour", "color"), ("behaviour", "behavior"), ("odour", "odor"), ("humour", "humor"),
    ("labour", "labor"), ("vapour", "vapor"), ("fibre", "fiber"), ("centre", "center"),
    ("litre", "liter"), ("metre", "meter"), ("titre", "titer"), ("sulph", "sulf"),
    ("aluminium", "aluminum"), ("caesium", "cesium"), ("amoeb", "ameb"), ("goitre", "goiter"),
    ("calibre", "caliber"), ("haem", "hem"), ("oest", "est"), ("aet", "et"), ("oesoph", "esoph"),
    ("naev", "nev"), ("aenia", "enia"), ("caec", "cec"), ("faec", "fec"), ("aev", "ev"),
    ("chimaer", "chimer"), ("manoeuv", "maneuv"), ("gonorrhoe", "gonorrhe"), ("aer", "aer"),
    ("oec", "ec"), ("plough", "plow"), ("grey", "gray"), ("mould", "mold"), ("ageing", "aging"),
    ("dyspnoe", "dyspne"), ("apnoe", "apne"), ("pnoe", "pne"), ("tabol", "tabol"),
    ("anaest", "anest"), ("synaest", "synest"), ("hypnoea", "hypnea"), ("acetyle", "acetyle"),
    ("oid", "oid"), ("yse", "yze"), ("ysing", "yzing"), ("haemo", "hemo"), ("phaeo", "pheo"),
    ("archae", "arche"), ("caes", "ces"), ("praec", "prec"), ("defence", "defense"),
    ("licence", "license"), ("programme", "program"), ("oma's", "oma"),
)  # fmt: skip
_AMERICAN = tuple((a, b) for a, b in _BRITISH if a != b)
_ISE = re.compile(r"is(e|ed|es|ing|ation|ations)$")
_IZE = re.compile(r"iz(e|ed|es|ing|ation|ations)$")
_SINGLE_ISE = re.compile(
    r"(r|pr|dem|adv|dev|rev|superv|desp|disgu|surpr|prem|prom|exerc|compr|franch|exc|inc|circumc)"
    r"is(e|ed|es|ing)$"
)


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
    if len(word) < 4 or word in SINGULAR_IN_S or not word.isalpha():
        return word
    if word.endswith("s"):
        return _strip_s(word, known)
    return _latin_singular(word, known)


def _strip_s(word: str, known: Container[str]) -> str:
    if len(word) <= 4:
        return word[:-1] if word[:-1] in SHORT_NOUNS else word
    if word.endswith(("ss", "us", "is", "ics", "ous", "eas")):
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith("ses") and len(word) > 6:
        for end in (word[:-2] + "is", word[:-2]):
            if end in known:
                return end
        return word[:-1]
    if word.endswith(("xes", "ches", "shes", "zes")) and word[:-2] in known:
        return word[:-2]
    if word.endswith("oes") and word[:-2] in known:
        return word[:-2]
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


def plurals(word: str) -> Iterator[str]:
    """Yield the plural forms under which a singular may be written."""
    if len(word) < 3 or not word.isalpha() or (len(word) < 5 and word not in SHORT_NOUNS):
        return
    if word.endswith(("s", "x", "ch", "sh", "z")):
        yield word + "es"
        if word.endswith("sis"):
            yield word[:-2] + "es"
        if word.endswith("us"):
            yield word[:-2] + "i"
    elif word.endswith("y") and word[-2] not in "aeiou":
        yield word[:-1] + "ies"
    else:
        yield word + "s"
    if word.endswith("um"):
        yield word[:-2] + "a"
    elif word.endswith("on") and len(word) > 6:
        yield word[:-2] + "a"
    elif word.endswith("ma"):
        yield word + "ta"
    elif word.endswith("a"):
        yield word + "e"


_TO_BRITISH = (
    ("emia", "aemia"), ("emic", "aemic"), ("edema", "oedema"), ("hem", "haem"), ("esoph", "oesoph"),
    ("pediat", "paediat"), ("pedic", "paedic"), ("gynec", "gynaec"), ("estr", "oestr"),
    ("fetal", "foetal"), ("fetus", "foetus"), ("rrhea", "rrhoea"), ("rrheic", "rrhoeic"),
    ("cecum", "caecum"), ("cecal", "caecal"), ("celiac", "coeliac"), ("celom", "coelom"),
    ("tumor", "tumour"), ("color", "colour"), ("behavior", "behaviour"), ("odor", "odour"),
    ("labor", "labour"), ("fiber", "fibre"), ("center", "centre"), ("goiter", "goitre"),
    ("sulf", "sulph"), ("aluminum", "aluminium"), ("cesium", "caesium"), ("ameb", "amoeb"),
    ("leuk", "leuc"), ("nevus", "naevus"), ("nevi", "naevi"), ("feces", "faeces"),
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
