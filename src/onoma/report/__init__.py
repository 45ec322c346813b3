"""Annotated documents counted: entities, years, what occurs together, concordance.

In: a stream of ``AnnotatedDocument``, annotated now or read from files that bring mentions
(``reading``). They are kept in a database file while they come (``tally``), so that memory does not
grow with them; every number is a query over it (``results``) and exact. Out: a folder with tables,
charts and one page (``writing``): CSV, JSON, SVG, HTML.

Papers: Ahmed et al. 2023, EasyNER (the use); Fruchterman and Reingold 1991 (layout of the graph);
Dunning 1993 (which pairs are more than chance).
"""

from onoma.report.reading import read_marked
from onoma.report.results import Report
from onoma.report.tally import Tally
from onoma.report.writing import write_report

__all__ = ["Report", "Tally", "read_marked", "write_report"]
