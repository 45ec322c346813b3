"""Sentences with marks round a pair of mentions."""

from __future__ import annotations

import numpy as np
import pytest

from onoma.relate.instances import Entity, RelationText
from onoma.relate.reader.kinds import TYPES
from onoma.relate.reader.marked import LONGEST, MOST, Marked, Marker, batches, load_vectors, stacked
from tests.relate.relation_texts import marked


@pytest.fixture(scope="module")
def marker() -> Marker:
    return Marker(load_vectors().pieces)


@pytest.fixture(scope="module")
def masking() -> Marker:
    return Marker(load_vectors().pieces, is_masked=True)


def shown(one: Marked) -> list[str]:
    """Return the pieces of a marked sentence in words, marks as signs."""
    words = {number: word for word, number in load_vectors().pieces.pieces.items()}
    signs = {1: "<", 2: ">", 3: "{", 4: "}"}
    return [
        signs.get(int(role)) or words[int(piece)]
        for piece, role in zip(one.pieces, one.roles, strict=True)
    ]


def test_marks_stand_round_both_ends_of_the_pair_in_their_sentence(marker: Marker) -> None:
    text = marked(
        "t",
        "Nothing here. [Aspirin|chemical|C:1] blocks [cox|gene|G:1] but not [albumin|gene|G:2]. "
        "The end.",
    )
    (first,), (second,), (back,) = marker.mark(text, [(0, 1), (0, 2), (1, 0)])
    joined = " ".join(shown(first)).replace(" ##", "")
    assert joined == "[CLS] < aspirin > blocks { cox } but not albumin . [SEP]"
    assert " ".join(shown(second)).replace(" ##", "") == (
        "[CLS] < aspirin > blocks cox but not { albumin } . [SEP]"
    )
    assert " ".join(shown(back)).replace(" ##", "").startswith("[CLS] { aspirin } blocks < cox >")
    assert first.kinds[first.places].tolist() == [TYPES["chemical"], TYPES["gene"]]
    assert first.roles[first.places].tolist() == [1, 3]
    assert np.count_nonzero(first.kinds) == 2


def test_ends_of_different_sentences_are_not_marked(marker: Marker) -> None:
    text = marked("t", "[aspirin|chemical|C:1] was given. Later [cox|gene|G:1] fell.")
    assert marker.mark(text, [(0, 1)]) == [()]


def test_the_first_sentences_that_both_ends_share_are_read(marker: Marker) -> None:
    says = "[Aspirin|chemical|C:1] blocks [cox|gene|G:1]. "
    ((*read,),) = marker.mark(marked("t", says * 5), [(0, 1)])
    assert len(read) == MOST


def test_mentions_within_each_other_keep_their_marks(marker: Marker) -> None:
    source = "The insulin receptor was cut."
    entities = (
        Entity("C:1", "chemical", ((4, 11),)),
        Entity("G:1", "gene", ((4, 20),)),
    )
    text = RelationText("t", source, ((0, len(source)),), entities)
    ((one,),) = marker.mark(text, [(0, 1)])
    assert " ".join(shown(one)) == "[CLS] the < { insulin > receptor } was cut . [SEP]"


def test_a_mention_that_goes_past_its_sentence_ends_with_it(marker: Marker) -> None:
    source = "We saw aspirin vs. cox here."
    text = RelationText(
        "t",
        source,
        ((0, 18), (19, len(source))),
        (Entity("C:1", "chemical", ((7, 22),)), Entity("G:1", "gene", ((0, 2),))),
    )
    ((one,),) = marker.mark(text, [(0, 1)])
    assert "cox" not in shown(one)
    assert sorted(set(one.roles.tolist())) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("between", [0, 40, 90, 200])
def test_of_a_long_sentence_what_lies_round_the_pair_is_kept(marker: Marker, between: int) -> None:
    source = (
        "one " * 150
        + "[aspirin|chemical|C:1] "
        + "two " * between
        + "[cox|gene|G:1] "
        + "end " * 99
    )
    ((one,),) = marker.mark(marked("t", source), [(0, 1)])
    assert one.size == LONGEST
    assert "<" in shown(one)
    assert shown(one)[one.places[0]] == "<"
    if between < 100:
        assert shown(one)[one.places[1]] == "{"
    assert one.places.max() < LONGEST


def test_masked_names_are_one_mask_each_with_their_types(masking: Marker) -> None:
    text = marked(
        "t",
        "[Acetylsalicylic acid|chemical|C:1] or [ibuprofen|chemical|C:2] blocks [cox|gene|G:1].",
    )
    (one,), (two,) = masking.mark(text, [(0, 2), (1, 2)])
    assert " ".join(shown(one)) == "[CLS] < [MASK] > or [MASK] blocks { [MASK] } . [SEP]"
    assert " ".join(shown(two)) == "[CLS] [MASK] or < [MASK] > blocks { [MASK] } . [SEP]"
    assert one.kinds.tolist().count(TYPES["chemical"]) == 2  # at the first mark and the other's
    assert one.kinds[one.places].tolist() == [TYPES["chemical"], TYPES["gene"]]


def test_what_overlaps_an_end_is_not_masked_apart(masking: Marker) -> None:
    source = "The insulin receptor binds zinc and insulin."
    entities = (
        Entity("G:1", "gene", ((4, 20),)),
        Entity("C:1", "chemical", ((27, 31),)),
        Entity("C:2", "chemical", ((4, 11), (36, 43))),
    )
    text = RelationText("t", source, ((0, len(source)),), entities)
    ((one,),) = masking.mark(text, [(0, 1)])
    assert " ".join(shown(one)) == "[CLS] the < [MASK] > binds { [MASK] } and [MASK] . [SEP]"
    ((within,),) = masking.mark(text, [(0, 2)])  # the ends overlap: they are read as they are
    assert "[MASK]" not in shown(within)


@pytest.mark.parametrize(
    ("source", "pair", "counts"),
    [
        ("[A|chemical|C:1], [B|chemical|C:2] and [D|chemical|C:3] rose.", (0, 2), False),
        ("[A|chemical|C:1], [B|chemical|C:2] and [D|chemical|C:3] rose.", (2, 0), False),
        ("[A|chemical|C:1], [B|chemical|C:2] and [D|chemical|C:3] rose.", (0, 1), True),
        ("[A|chemical|C:1] raises [B|chemical|C:2] and [D|chemical|C:3].", (0, 2), True),
        ("[Zinc|chemical|C:1] beside [zinc|chemical|C:2].", (0, 1), False),
    ],
)
def test_far_members_of_a_list_and_two_of_one_name_are_no_pair(
    masking: Marker, marker: Marker, source: str, pair: tuple[int, int], counts: bool
) -> None:
    text = marked("t", source)
    assert [len(own) for own in masking.mark(text, [pair])] == [counts]
    assert [len(own) for own in marker.mark(text, [pair])] == [1]


def test_batches_hold_every_sentence_once_and_not_too_many_pieces(marker: Marker) -> None:
    texts = [
        marked("t", f"[aspirin|chemical|C:1] {'and ' * count}blocks [cox|gene|G:1].")
        for count in range(0, 60, 3)
    ]
    found = [one for text in texts for own in marker.mark(text, [(0, 1)]) for one in own]
    groups = batches(found, room=200)
    assert sorted(place for group in groups for place in group) == list(range(len(texts)))
    for group in groups:
        columns = stacked([found[place] for place in group])
        assert columns["pieces"].size <= 200
        assert columns["attention_mask"].sum() == sum(found[place].size for place in group)
