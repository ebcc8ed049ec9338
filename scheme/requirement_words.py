"""What a file of requirements calls its columns, in four languages; our own name always counts."""

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "number": "nummer, nr, punt, borgingspunt, numéro, n°, point, exigence, Nummer, Nr., Anforderung, no, requirement",
    "module": "hoofdstuk, chapitre, Modul, Kapitel, chapter",
    "grade": "graad, gradatie, niveau, gradation, Grad, Gewichtung, level",
    "visual": "visueel, visueel punt, visuel, point visuel, visuell, visueller Punkt, visual point, seen",
    "text_nl": "tekst, tekst nl, Nederlands, nl, tekst Nederlands, texte nl, texte néerlandais, Text nl, text Dutch",
    "text_fr": "tekst fr, Frans, fr, tekst Frans, texte fr, français, texte français, Text fr, Französisch, French",
    "text_de": "tekst de, Duits, de, tekst Duits, texte de, allemand, texte allemand, Text de, Deutsch, German",
    "text_en": "tekst en, Engels, en, tekst Engels, texte en, anglais, texte anglais, Text en, Englisch, English",
    "source": "bron, référence, Quelle, reference",
    "certainty": "zekerheid, certitude, Sicherheit, mark",
}
