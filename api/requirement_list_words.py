"""What pages call the columns of a file of requirements, and how they say what is wrong in it."""

from collections.abc import Mapping

from api.upload_words import FILE_SENTENCES
from api.words import noted, translate
from scheme.language import Language
from scheme.register_rule import ColumnRule, Problem

LABELS: Mapping[str, str] = {
    "number": noted("Number"),
    "module": noted("Module"),
    "grade": noted("Grade"),
    "visual": noted("Visual point"),
    "text_nl": noted("Text in Dutch"),
    "text_fr": noted("Text in French"),
    "text_de": noted("Text in German"),
    "text_en": noted("Text in English"),
    "source": noted("Source"),
    "certainty": noted("Mark"),
}
EXPLAINED: Mapping[str, str] = {
    "number": noted("Required. A capital letter and a number, such as A21 or B4.2; the letter is that of the module."),
    "module": noted("The letter or the name of the module. Empty: the name that is known for the letter."),
    "grade": noted("Required. A, B or C."),
    "visual": noted("x where it is seen on a tour of the farm, without papers."),
    "text_nl": noted("Required. What is asked."),
    "text_fr": noted("Where it is empty the Dutch text is shown."),
    "text_de": noted("Where it is empty the Dutch text is shown."),
    "text_en": noted("Where it is empty the Dutch text is shown."),
    "source": noted("Where it stands. Empty: the source of the whole list."),
    "certainty": noted("D documented, I inferred, K known, A assumed, which is to be confirmed by IKM. Empty: D."),
}
R = ColumnRule
# Here nobody can say which column one of the file is: the file is corrected.
_OTHERWISE: Mapping[ColumnRule, str] = {
    R.UNKNOWN_COLUMN: noted("This column is not known: remove it, or call it as the columns are called here."),
    R.MISSING_COLUMN: noted("This column is missing: add it to the file."),
    R.DOUBLE_COLUMN: noted("Two columns of the file are read as this one: remove one of them."),
    R.REQUIRED: noted("Fill this in."),
    R.UNPRINTABLE: noted("There is a sign in it that cannot be printed: remove it."),
    R.TOO_LONG: noted("This is too long: shorten it."),
}


def label(language: Language, column: str) -> str:
    """What the column is called; one that is not ours keeps its name."""
    return translate(language, LABELS[column]) if column in LABELS else column


def mistake_said(language: Language, problem: Problem) -> str:
    """What is wrong and what to do."""
    return translate(language, _OTHERWISE.get(problem.rule) or FILE_SENTENCES[problem.rule])
