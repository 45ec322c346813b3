"""Questions on concepts with four options, at three levels, made from any vocabulary; open book.

In: a vocabulary. Out: questions as JSON Lines ("Which of these is the name of HP:0001250?"; options
A to D), the same ones for the same seed, and how well one answers them who may open the vocabulary
at the CURIE asked for: by look-up, by character n-grams, by an encoder. The last two read the page
with the label torn out: what they are to tell is a name from other names.

The other options of an ``easy`` question lie in other branches, those of a ``medium`` one in the
same branch, those of a ``hard`` one are siblings. After MedConceptsQA (Shoham and Rappoport 2024),
whose scores are of closed books and cannot be compared with these.
"""

from onoma.eval.questions.answering import Answers, answer_all, answers_record
from onoma.eval.questions.book import Book, open_book
from onoma.eval.questions.drawing import FORMS, LEVELS, Question, draw_questions, question_record

__all__ = [
    "FORMS",
    "LEVELS",
    "Answers",
    "Book",
    "Question",
    "answer_all",
    "answers_record",
    "draw_questions",
    "open_book",
    "question_record",
]
