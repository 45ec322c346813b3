"""Texts for property tests: names, joints, and every kind of character that a file may hold."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = (
    "breast and ovarian cancer", "cleft lip and palate", "type 2 diabetes", "T2DM", "mole",
    "hydatidiform mole", "Escherichia coli", "E. coli", "brain tumor (BT)", "BT", "HeLa cells",
    "no evidence of fever", "father had gout", "CAT", "cat", "THES gene", "p.V600E", "rs113488022",
    "Huntington\u2019s disease", "oedema", "vertebrae", "hypertension", "p53", "seizures",
    "cystic fibrosis (CF)", "CF", "Diabetes Mellitus,\nType 2", "human", "aspirin/metformin",
)  # fmt: skip
ODD = (
    "\x00", "\x1e", "\x1f", "\u0301", "\u0308", "\u200b", "\u200d", "\ufeff", "\u202e", "\ud800",
    "\udfff", "\r\n", "\r", "\u2028", "\x85", "\U0001f9ec", "\U0001f468\u200d\U0001f469", "ﬁ", "ß",
    "İ", "\u05d0\u05d1", "\u0633\u0631\u0637\u0627\u0646", "\u766b\u75eb", "µ", "α", "\U0001d7d9",
    "\U0010ffff", "\u2011", "½", "㎎", "’", "´",
)  # fmt: skip
JOINTS = (" ", ", ", ". ", "\n", "\n\n", "-", "/", "(", ") ", " and ", " or ", "", ": ", "\t")

anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=12)


def texts(max_size: int = 14) -> st.SearchStrategy[str]:
    """Return a strategy of texts that hold names among all sorts of characters."""
    part = st.one_of(
        st.sampled_from(PIECES), st.sampled_from(ODD), st.sampled_from(JOINTS), anything
    )
    return st.lists(part, max_size=max_size).map("".join)
