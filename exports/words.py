"""The document's own words, in the contribution's language (whoever reads the screen may use another)."""

from datetime import datetime
from typing import Any

from babel.dates import format_date

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "contents": "Sommaire",
        "version": "Version {number}",
        "present": "Texte en cours d’écriture",
        "addressed_to": "Destinataire :",
        "organisations": "Organisations",
        "coordinator": "coordination",
        "author": "rédaction",
        "contributor": "contribution",
        "observer": "observation",
        "lead": "Section conduite par {lead}",
        "page": "Page {page} sur {pages}",
        "digest": "Empreinte du texte (SHA-256)",
        "verify": "Vérifier ce document",
        "verify_how": "Lisez le code QR, ou ouvrez cette adresse :",
        "code": "Code de vérification",
        "qr": "Code QR qui mène à la page de vérification de ce document",
        "sealed_by": "Cachet électronique : {name}",
        "demonstration": "Cachet de démonstration : ce document est un exemple, son cachet n’engage personne.",
        "working_copy": "Copie de travail — non scellée",
        "working_copy_long": "Ce document n’est ni scellé ni publié. Il peut encore changer.",
        "not_final": "Texte en cours d’écriture, document de travail : il peut encore changer.",
        "attached": "Le texte source est joint à ce fichier : contribution.md",
        "source": "Texte source de la contribution, en Markdown",
        "amendments": "Amendements",
        "amendments_none": "Aucun amendement",
        "amendments_one": "1 amendement",
        "amendments_many": "{count} amendements",
        "only": "Choix : {what}",
        "number": "Numéro",
        "organisation": "Organisation",
        "place": "Place",
        "text": "Texte",
        "justification": "Exposé des motifs",
        "outcome": "Issue",
        "paragraph": "paragraphe {number}",
        "removed": "Supprimé :",
        "added": "Ajouté :",
        "reason": "Motif :",
        "proposed": "Proposé",
        "integrated": "Intégré",
        "partly_integrated": "Intégré en partie",
        "rejected": "Rejeté",
        "put_to_debate": "Mis en débat",
        "withdrawn": "Retiré",
        "fell": "Tombé",
        "remitted": "Renvoyé",
    },
    "en": {
        "contents": "Contents",
        "version": "Version {number}",
        "present": "Text being written",
        "addressed_to": "Recipient:",
        "organisations": "Organisations",
        "coordinator": "coordination",
        "author": "drafting",
        "contributor": "contribution",
        "observer": "observation",
        "lead": "Section led by {lead}",
        "page": "Page {page} of {pages}",
        "digest": "Digest of the text (SHA-256)",
        "verify": "Verify this document",
        "verify_how": "Scan the QR code, or open this address:",
        "code": "Verification code",
        "qr": "QR code that leads to the page where this document can be verified",
        "sealed_by": "Electronic seal: {name}",
        "demonstration": "Demonstration seal: this document is an example, its seal binds nobody.",
        "working_copy": "Working copy — not sealed",
        "working_copy_long": "This document is neither sealed nor published. It may still change.",
        "not_final": "Text being written, working document: it may still change.",
        "attached": "The source text is attached to this file: contribution.md",
        "source": "Source text of the contribution, in Markdown",
        "amendments": "Amendments",
        "amendments_none": "No amendment",
        "amendments_one": "1 amendment",
        "amendments_many": "{count} amendments",
        "only": "Selection: {what}",
        "number": "Number",
        "organisation": "Organisation",
        "place": "Place",
        "text": "Text",
        "justification": "Justification",
        "outcome": "Outcome",
        "paragraph": "paragraph {number}",
        "removed": "Removed:",
        "added": "Added:",
        "reason": "Reason:",
        "proposed": "Proposed",
        "integrated": "Integrated",
        "partly_integrated": "Partly integrated",
        "rejected": "Rejected",
        "put_to_debate": "Put to debate",
        "withdrawn": "Withdrawn",
        "fell": "Fell",
        "remitted": "Remitted",
    },
}


def version_name(language: str, number: int) -> str:
    """Return how a version is called; 0 is the text as it stands, not frozen yet."""
    return word(language, "version", number=number) if number else word(language, "present")


def word(language: str, key: str, **values: Any) -> str:
    """Return one of the document's own expressions in its language (English for languages not in the table)."""
    return WORDS.get(language[:2].lower(), WORDS["en"])[key].format(**values)


def long_date(language: str, at: datetime) -> str:
    """Return a date in words: 1er mai 2025, 10 février 2025, 10 February 2025."""
    if language[:2].lower() == "fr":
        day = "1er" if at.day == 1 else str(at.day)
        return f"{day}\u00a0{format_date(at, 'MMMM y', locale='fr')}"
    return format_date(at, "d MMMM y", locale="en_GB")
