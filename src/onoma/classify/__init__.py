"""Sentences and documents to what they say: roles of sentences, topics, challenges; with scores.

In: documents. Out: for each sentence its role (background, objective, method, result, conclusion)
or its part in a trial (population, intervention, outcome ...), each with a probability. Headings
that the authors wrote are believed first; the rest is read from words, place and neighbours by a
small network with a conditional random field over the sentences of a document.

Papers: Kim et al. 2011 (PIBOSO, CRF), Dernoncourt and Lee 2017 (PubMed RCT), Jin and Szolovits 2018
(sentences in their sequence), Lafferty et al. 2001 (CRF).
"""

from onoma.classify.challenges import challenges_of, iter_challenges
from onoma.classify.roles import (
    SCHEMES,
    RoleColumns,
    SentenceRole,
    iter_roles,
    read_roles,
    role_texts,
    roles_of,
)
from onoma.classify.topics import TopicReader, read_topic_model

__all__ = [
    "SCHEMES",
    "RoleColumns",
    "SentenceRole",
    "TopicReader",
    "challenges_of",
    "iter_challenges",
    "iter_roles",
    "read_roles",
    "read_topic_model",
    "role_texts",
    "roles_of",
]
