"""Slugs, canonical bytes, working sessions."""

from datetime import UTC, datetime

import pytest

from drafting.domain.canonical import FrozenContribution, FrozenSection, canonical_bytes, digest
from drafting.domain.slug import slug_of

START = datetime(2025, 1, 6, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Œuvre d’été", "oeuvre-d-ete"),
        ("Sommet pour l’action sur l’IA", "sommet-pour-l-action-sur-l-ia"),
        ("Les travailleurs·ses", "les-travailleursses"),
        ("😀", "contribution"),
    ],
)
def test_a_slug_is_made_of_plain_words(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def frozen(text: str) -> FrozenContribution:
    return FrozenContribution(
        "Titre", "Destinataire", "", "fr", 1, "projet", [("FEX", "Fédération exemple", "author")],
        [FrozenSection("Section", "FEX", text)],
    )


def test_the_canonical_bytes_are_documented_json() -> None:
    assert canonical_bytes(frozen("« é »\r\n")).decode() == (
        '{"event":"","format":1,"label":"projet","language":"fr","number":1,'
        '"organisations":[["FEX","Fédération exemple","author"]],"recipient":"Destinataire",'
        '"sections":[{"lead":"FEX","text":"« é »\\n","title":"Section"}],"title":"Titre"}'
    )


def test_composed_and_decomposed_accents_have_one_digest_and_another_text_another() -> None:
    assert digest(canonical_bytes(frozen("é"))) == digest(canonical_bytes(frozen("e\u0301")))
    assert digest(canonical_bytes(frozen("é"))) != digest(canonical_bytes(frozen("è")))
