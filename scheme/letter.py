"""The letters of a choice of inspection body (domain.md §2)."""

from enum import StrEnum


class LetterKind(StrEnum):
    """What a letter is for; the value stands in letter keys and file names."""

    CHOICE = "choice"
    REMINDER = "reminder"
    # The body that silence gave.
    ASSIGNMENT = "assignment"
    # The body that was chosen, or that silence would give, may not be chosen any more.
    AGAIN = "again"
    # Another body than an assignment had told.
    CORRECTION = "correction"

    @property
    def begins(self) -> bool:
        """Whether the days to answer count from this letter; a reminder only reminds of them."""
        return self in {LetterKind.CHOICE, LetterKind.AGAIN}

    @property
    def asks(self) -> bool:
        """Whether the farmer is to answer: such a letter carries a code."""
        return self not in {LetterKind.ASSIGNMENT, LetterKind.CORRECTION}
