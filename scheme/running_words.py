"""What secretariats call the columns of running cases in their own files, in four languages."""

from collections.abc import Mapping

NL: Mapping[str, str] = {
    "kind": "soort, soort dossier, dossier",
    "began_on": "begonnen op, begindatum, sinds, datum",
    "due_on": "uiterste datum, termijn, ten laatste, deadline",
    "reminded_on": "herinnerd op, herinnering, datum herinnering",
    "answered_on": "beantwoord op, antwoord op, datum antwoord",
    "body": "instelling, inspectie-instelling, gekozen instelling",
    "grade": "graad, gradatie",
    "reference": "referentie, eigen nummer, dossiernummer",
    "edition": "versie lastenboek, lastenboek, versie",
    "hygiene": "hygiënescore, score hygiëne",
    "findings": "aantal tekortkomingen, tekortkomingen, vaststellingen",
    "count": "aantal, aantal audits",
}
FR: Mapping[str, str] = {
    "kind": "type, type de dossier, dossier",
    "began_on": "débuté le, date de début, depuis, date",
    "due_on": "date limite, échéance, au plus tard, délai",
    "reminded_on": "rappelé le, rappel, date du rappel",
    "answered_on": "répondu le, date de réponse",
    "body": "organisme, organisme d'inspection, organisme choisi",
    "grade": "niveau, gradation",
    "reference": "référence, numéro de dossier",
    "edition": "version du cahier des charges, cahier des charges",
    "hygiene": "score d'hygiène, hygiène",
    "findings": "nombre de non-conformités, non-conformités, constats",
    "count": "nombre, nombre d'audits",
}
DE: Mapping[str, str] = {
    "kind": "Art, Art des Vorgangs, Vorgang",
    "began_on": "begonnen am, Beginn, seit, Datum",
    "due_on": "spätestens, Frist, fällig am",
    "reminded_on": "erinnert am, Erinnerung",
    "answered_on": "beantwortet am, Antwort am",
    "body": "Stelle, Inspektionsstelle, gewählte Stelle",
    "grade": "Gewichtung",
    "reference": "Referenz, Aktenzeichen, eigene Nummer",
    "edition": "Version des Lastenhefts, Lastenheft",
    "hygiene": "Hygienebewertung, Hygiene",
    "findings": "Abweichungen, Anzahl Abweichungen",
    "count": "Anzahl, Anzahl Audits",
}
EN: Mapping[str, str] = {
    "kind": "type, case",
    "began_on": "began, since, date",
    "due_on": "due, last day, deadline",
    "reminded_on": "reminded, reminder",
    "answered_on": "answered",
    "body": "inspection body, chosen body",
    "grade": "class",
    "reference": "number of the case, ref",
    "edition": "version",
    "hygiene": "hygiene score",
    "findings": "non-conformities",
    "count": "number of audits",
}
