"""The letters of a choice of inspection body (domain.md §2), of an audit and of what is decided about certificates."""

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
    # The appointment of an audit, moved or for what is checked on site as well.
    VISIT = "visit"
    REPORT = "report"
    # The report that was told was of another farm.
    REPORT_BACK = "report-back"
    # A proof was sent back.
    RETURNED = "returned"
    # Corrective actions are due soon.
    DUE = "due"
    CERTIFICATE = "certificate"
    REFUSAL = "refusal"
    # The last day of the certificate was moved for many at once, or goes back.
    EXTENSION = "extension"
    # The certificate is suspended, valid again or withdrawn by decision.
    STATUS = "status"
    # The certificate ends soon; and it has ended.
    EXPIRY = "expiry"
    ENDED = "ended"

    @property
    def about_choice(self) -> bool:
        """Whether it is a letter of a choice; the others tell of audits and certificates."""
        return self in _OF_CHOICES

    @property
    def begins(self) -> bool:
        """Whether the days to answer count from this letter; a reminder only reminds of them."""
        return self in {LetterKind.CHOICE, LetterKind.AGAIN}

    @property
    def asks(self) -> bool:
        """Whether the farmer is to choose a body."""
        return self in {LetterKind.CHOICE, LetterKind.REMINDER, LetterKind.AGAIN}

    @property
    def coded(self) -> bool:
        """Whether it carries a link and a code: to the choice that it asks for, or to the audit that it tells of."""
        return self.asks or self.about_audit

    @property
    def about_audit(self) -> bool:
        """Whether it tells of an audit, or of what was decided after it."""
        return not self.about_choice and self not in _OF_CERTIFICATES

    @property
    def passes(self) -> bool:
        """Whether it would mislead once its case has ended."""
        return self.asks or self in {LetterKind.VISIT, LetterKind.RETURNED, LetterKind.DUE}


_OF_CHOICES = frozenset(
    {LetterKind.CHOICE, LetterKind.REMINDER, LetterKind.ASSIGNMENT, LetterKind.AGAIN, LetterKind.CORRECTION}
)
# They lead to what everybody sees of the certificate, and carry no code.
_OF_CERTIFICATES = frozenset({LetterKind.EXTENSION, LetterKind.STATUS, LetterKind.EXPIRY, LetterKind.ENDED})
