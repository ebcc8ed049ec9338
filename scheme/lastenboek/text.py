"""A sentence of the lastenboek in the four languages of the house; it belongs to its edition (decision 23)."""

from dataclasses import dataclass

from scheme.language import Language


@dataclass(frozen=True)
class Text:
    """The same sentence in the four languages of the house; one that nobody wrote yet is empty, the Dutch never."""

    nl: str
    fr: str
    de: str
    en: str

    def said_in(self, language: Language) -> str:
        """The sentence in that language, in Dutch where it was not written yet."""
        return self.written_in(language) or self.nl

    def written_in(self, language: Language) -> str:
        """The sentence in that language, empty where it was not written yet."""
        return {Language.NL: self.nl, Language.FR: self.fr, Language.DE: self.de, Language.EN: self.en}[language]
