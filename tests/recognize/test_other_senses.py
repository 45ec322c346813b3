"""Words that are names too, where a text means something else by them."""

from __future__ import annotations

import pytest

from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Annotator, Settings
from onoma.recognize.shorthand import is_something_else
from onoma.types import AnnotatedDocument


@pytest.fixture(scope="module")
def nlp(core: ConceptStore) -> Pipeline:
    return Pipeline(Annotator(core), Settings())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("On the other hand, gout was rare.", "hand"),
        ("Sensation to light touch is intact.", "light"),
        ("Pain with radiation to the arm.", "radiation"),
        ("No CVA tenderness.", "CVA"),
        ("She had pins and needles.", "needles"),
        ("A nervous breakdown in 1975.", "breakdown"),
        ("Response was CR, PR, SD or PD.", "PD"),
        ("The criteria are in Appendix E.", "Appendix"),
        ("The band shifted (Fig. 2).", "Fig"),
        ("A man-made device.", "man"),
        ("ASSESSMENT AND PLAN", "PLAN"),
        ("A hand-held device and a hand search.", "hand"),
        ("Deaths in the placebo arm were few.", "arm"),
        ("Time in the open arms of the maze rose.", "arms"),
        ("She stayed calm in the face of it.", "face"),
        ("Patients face long waits.", "face"),
        ("A face-to-face interview was held.", "face"),
        ("Two years back he fell.", "back"),
        ("A head-to-head trial.", "head"),
        ("A Cox model was fitted in April in Sri Lanka.", "Cox"),
        ("A Cox model was fitted in April in Sri Lanka.", "April"),
        ("A Cox model was fitted in April in Sri Lanka.", "Sri"),
        ("Captopril 25 mg BID.", "BID"),
        ("The NHS trust paid.", "NHS"),
        ("He lives alone.", "alone"),
        ("The visual analogue scale fell.", "scale"),
        ("The values were estimated.", "estimated"),
        ("It was the sole cause.", "sole"),
        ("A fentanyl patch was used.", "patch"),
        ("Two-way ANOVA was used.", "gene"),
        ("Values were 5 vs 2 in the groups.", "vs 2"),
        ("At 4 mg h-1 it ran.", "h-1"),
        ("The luminal diameter fell.", "luminal"),
        ("A pars plana vitrectomy.", "plana"),
        ("Fed corn oil at 30 rpm.", "corn"),
        ("ICD shocks and heat shock proteins.", "shock"),
        ("ICD shocks and heat shock proteins.", "shocks"),
        ("Fine-needle aspiration cytology.", "aspiration"),
        ("Bacterial overgrowth was treated.", "overgrowth"),
        ("A hyperinsulinemic-euglycemic clamp.", "hyperinsulinemic"),
        ("Deep hypothermic circulatory arrest.", "circulatory arrest"),
        ("The New York Heart Association class.", "Heart"),
        ("A zinc finger protein.", "finger"),
        ("An intramedullary nail.", "nail"),
        ("Nicotine gum was chewed.", "gum"),
        ("Vascular beds dilated.", "beds"),
        ("LV end-diastolic pressure rose.", "diastolic pressure"),
        ("The gold standard.", "gold"),
        ("He had plastic surgery.", "plastic"),
        ("Given a beta-lactam.", "a beta"),
        ("Vitamin B12 fell.", "B12"),
        ("HLA typing.", "HLA"),
        ("N Engl J Med, Calif.", "Engl"),
        ("Von Frey hairs.", "Frey"),
        ("A retinoic acid-binding protein.", "binding protein"),
    ],
)
def test_another_sense_is_no_mention(nlp: Pipeline, text: str, word: str) -> None:
    mentions = nlp.annotate(text).mentions
    assert word not in {one.text for one in mentions} | {one.type for one in mentions}


@pytest.mark.parametrize(
    ("text", "word", "label"),
    [
        ("Weakness of the left hand.", "hand", "hand"),
        ("The left arm was swollen.", "arm", "arm"),
        ("A rash on the face and neck.", "face", "face"),
        ("APRIL levels rose.", "APRIL", "tnfsf13"),
        ("COX inhibitors.", "COX", "cox"),
        ("Two-way ANOVA was used.", "ANOVA", "analysis of variance"),
        ("The pituitary was removed.", "pituitary", "pituitary gland"),
        ("Delivered by caesarean section.", "caesarean section", "cesarean section"),
        ("cAMP levels rose.", "cAMP", "cyclic amp"),
        ("LDL fell.", "LDL", "low-density lipoprotein"),
        ("Cleavage of BID followed.", "BID", "bid"),
        ("He drank alcohol, wine and beer.", "alcohol", "alcohol"),
        ("He died in shock.", "shock", "shock"),
        ("Aspiration of food was fatal.", "Aspiration", "aspiration"),
        ("The heart and the nail.", "heart", "heart"),
        ("The diastolic pressure was 80.", "diastolic pressure", "diastolic blood pressure"),
        ("Serum alpha-fetoprotein rose.", "alpha-fetoprotein", "alpha-fetoproteins"),
        ("Serum alpha-fetoprotein rose.", "Serum", "serum"),
        (
            "Gamma-glutamyltransferase fell.",
            "Gamma-glutamyltransferase",
            "gamma-glutamyltransferase",
        ),
        ("A beta-lactamase was cloned.", "beta-lactamase", "beta-lactamases"),
        ("MDR1 was cloned.", "MDR1", "abcb1"),
        ("Neurons of CA1 fired.", "CA1", "ca1 field of hippocampus"),
        ("Loss of p27 was seen.", "p27", "cdkn1b"),
        ("PD-1/PD-L1 blockade.", "PD-1", "pdcd1"),
        (
            "Computerized tomography was done.",
            "Computerized tomography",
            "tomography, x-ray computed",
        ),
    ],
)
def test_the_name_itself_is_found(nlp: Pipeline, text: str, word: str, label: str) -> None:
    found = {one.text: (one.label or "").lower() for one in nlp.annotate(text).mentions}
    assert found.get(word) == label


def test_genera_are_found_where_microbes_are_told_of(core: ConceptStore) -> None:
    listed = "Blautia and Lachnospiraceae rose, Firmicutes fell."
    about, other = f"The gut microbiota of mice. {listed}", f"Of plants and beetles. {listed}"
    for order in (
        (about, other, about),
        (other, about, other),
    ):  # nothing is kept of one for another
        nlp = Pipeline(Annotator(core), Settings())
        alone = [{one.text for one in nlp.annotate(text).mentions} for text in order]
        together = [{one.text for one in done.mentions} for done in nlp.pipe(order)]
        assert alone == together
        for text, found in zip(order, alone, strict=True):
            assert ({"Lachnospiraceae", "Firmicutes"} <= found) == (text == about)


def test_words_of_the_language_make_no_note(nlp: Pipeline) -> None:
    text = "On the other hand, the placebo arm. In April the back, the face and a Cox model. RA {}"
    found: AnnotatedDocument = nlp.annotate(text)
    assert not [one for one in found.mentions if one.found_by == "shorthand"]


def test_a_tagger_is_told_as_well() -> None:
    text = "in the placebo arm"
    assert is_something_else(text, text.index("arm"), len(text))
    assert not is_something_else("her left arm", 9, 12)
    assert is_something_else("Ventricular function was depressed.", 25, 34)
    assert not is_something_else("A depressed patient wept.", 2, 11)


@pytest.mark.parametrize(
    ("text", "word", "label"),
    [
        ("An x-ray of the knee was normal.", "x-ray", "Radiography"),
        ("Cells were exposed to X-rays.", "X-rays", "X-Rays"),
        ("He underwent decompression.", "decompression", "Decompression, Surgical"),
        ("Denies alcohol or tobacco.", "tobacco", "Tobacco Use"),
        ("The tobacco genome.", "tobacco", "Nicotiana tabacum"),
        ("A 53-year-old man fell.", "man", "Men"),
        ("Toxicity in man is low.", "man", "Homo sapiens"),
        ("An MMR titer was drawn.", "MMR", "Measles-Mumps-Rubella Vaccine"),
        ("Hurt in an MVA.", "MVA", "Accidents, Traffic"),
    ],
)
def test_words_of_two_senses_have_the_one_that_is_meant(
    nlp: Pipeline, text: str, word: str, label: str
) -> None:
    found = {one.text: one.label for one in nlp.annotate(text).mentions}
    assert found[word] == label
