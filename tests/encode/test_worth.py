from __future__ import annotations

import pytest

from onoma.encode.worth import is_worth
from onoma.types import type_mask


@pytest.mark.parametrize(
    ("name", "types", "expected"),
    [
        ("renal failure", "disease", True),
        ("short stature", "phenotype", True),
        ("BRCA1", "gene protein", False),
        ("BRCA1 DNA repair associated", "gene protein", True),
        ("tumor protein p53", "gene", True),
        ("HeLa cell", "cell_line", False),
        ("acetylsalicylic acid", "chemical drug", True),
        ("1,1-dimethylbiguanide", "chemical", False),
        ("(2S)-2-aminopropanoic acid", "chemical", False),
        ("BMS-345541", "chemical", False),
        ("SR 141716A", "chemical", False),
        ("Mus musculus", "organism", False),
        ("house mouse", "organism", True),
        ("c.76A>T", "variant", False),
        ("12", "disease", False),
        ("x" * 200, "disease", False),
    ],
)
def test_names_that_a_vector_cannot_help_are_left_out(
    name: str, types: str, expected: bool
) -> None:
    assert is_worth(name, type_mask(types.split())) is expected
