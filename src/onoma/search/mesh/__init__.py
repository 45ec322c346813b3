"""MeSH headings for queries, and from a protocol to a Boolean query that can be defended.

In: a query, or the title and protocol of a review; seeds; a corpus. Out: headings for each clause
(``suggest``), a draft strategy (``draft``), what each line does to the seeds (``checking``), what
each suggestion does to recall and precision (``refining``), and a log for PRISMA-S (``log``).

Papers: Wang et al. 2021 and 2022 (MeSH term suggestion, MeSH Suggester), Scells et al. 2020
(automatic Boolean query formulation), Rethlefsen et al. 2021 (PRISMA-S).
"""
