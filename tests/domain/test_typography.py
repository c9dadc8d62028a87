"""French typography when text is shown: a table of cases, `_` standing for U+00A0 and `~` for U+202F."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.domain import typography

CASES = [
    ("Qui décide ?", "Qui décide~?"),
    ("Qui décide?", "Qui décide~?"),
    ("Assez !", "Assez~!"),
    ("Assez!", "Assez~!"),
    ("Vraiment ?!", "Vraiment~?!"),
    ("Vraiment?!", "Vraiment~?!"),
    ("Quoi…?", "Quoi…~?"),
    ("d’un côté ; de l’autre", "d’un côté~; de l’autre"),
    ("d’un côté; de l’autre", "d’un côté~; de l’autre"),
    ("Objet : réponse", "Objet_: réponse"),
    ("Objet: réponse", "Objet_: réponse"),
    ("Objet :", "Objet_:"),
    ("à 12:30 précises", "à 12:30 précises"),
    ("un rapport de 3:1", "un rapport de 3:1"),
    ("« œuvre »", "«_œuvre_»"),
    ("«œuvre»", "«_œuvre_»"),
    ("« Qui ? »", "«_Qui~?_»"),
    ("« oui » ; « non »", "«_oui_»~; «_non_»"),
    ("la recommandation n° 22", "la recommandation n°_22"),
    ("les conventions nos 87 et 98", "les conventions nos_87 et 98"),
    ("§ 4 du rapport", "§_4 du rapport"),
    ("art. 22 du RGPD", "art._22 du RGPD"),
    ("l’article 22", "l’article_22"),
    ("p. 12", "p._12"),
    ("pp. 12-15", "pp._12-15"),
    ("M. Œuvrard", "M._Œuvrard"),
    ("Mme Élise", "Mme_Élise"),
    ("fin de phrase. M est une lettre", "fin de phrase. M est une lettre"),
    ("5 % des salaires", "5_% des salaires"),
    ("5% des salaires", "5_% des salaires"),
    ("109 milliards d’euros", "109_milliards d’euros"),
    ("100 € par mois", "100_€ par mois"),
    ("100€ par mois", "100_€ par mois"),
    ("12 km de câbles", "12_km de câbles"),
    ("3 TWh", "3_TWh"),
    ("3 membres", "3 membres"),
    ("5 l'un, 6 l'autre", "5 l’un, 6 l’autre"),
    ("109 000 emplois", "109~000 emplois"),
    ("1 234 567 €", "1~234~567_€"),
    ("en 2024 350 personnes", "en 2024 350 personnes"),
    ("01 23 45 67 89", "01 23 45 67 89"),
    ("12 500,50 €", "12~500,50_€"),
    ("les 10 et 11 février 2025", "les 10 et 11_février 2025"),
    ("le 1er mai", "le 1er_mai"),
    ("à 10 h 30", "à 10_h_30"),
    ("l'OIT et l'ONU", "l’OIT et l’ONU"),
    ("voir https://ilo.org/a?b=1;c!d:e fin", "voir https://ilo.org/a?b=1;c!d:e fin"),
    ("voir https://ilo.org/ ; puis", "voir https://ilo.org/~; puis"),
    ("secretariat@exemple.org : écrire", "secretariat@exemple.org_: écrire"),
    ("mailto:nous@exemple.org", "mailto:nous@exemple.org"),
    ("travailleurs·ses ; citoyen·nes", "travailleurs·ses~; citoyen·nes"),
    ("(?)", "(?)"),
    ("a::b", "a::b"),
    ("déjà\u00a0! et\u202f: puis", "déjà~! et_: puis"),
    ("bravo 🙂 !", "bravo 🙂~!"),
    ("au XXIe siècle", "au XXIe_siècle"),
    ("Rien à faire.", "Rien à faire."),
    ("", ""),
]


def shown(text: str) -> str:
    return text.replace("_", typography.WIDE).replace("~", typography.NARROW)


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_french_prose_is_set_as_printers_set_it(source: str, expected: str) -> None:
    assert typography.typeset(source, language="fr") == shown(expected)


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_setting_twice_changes_nothing(source: str, expected: str) -> None:
    assert typography.typeset(shown(expected), language="fr") == shown(expected)


ALPHABET = "aéœ1209 \u00a0\u202f:;!?«»%€n°p.M'’·/@🙂\n"


@given(st.text(alphabet=ALPHABET, max_size=60))
def test_any_text_set_twice_is_as_set_once(text: str) -> None:
    once = typography.typeset(text, language="fr-FR")

    assert typography.typeset(once, language="fr-FR") == once


@given(st.text(max_size=80))
def test_only_spaces_and_apostrophes_change(text: str) -> None:
    def bare(t: str) -> str:
        return "".join(c for c in t if c not in " \u00a0\u202f\u2009").replace("'", "’")

    assert bare(typography.typeset(text, language="fr")) == bare(text)


def test_english_keeps_its_own_spaces() -> None:
    assert typography.typeset("Who decides? Why: it's 5% of M. X", language="en") == (
        "Who decides? Why: it’s 5% of M. X"
    )


def test_runs_of_one_paragraph_are_set_together() -> None:
    runs = ["« ", "œuvre", " » : voir ", None, " ; « ", "« ", "fin", " »"]

    assert typography.typeset_runs(runs, language="fr") == [
        "«\u00a0", "œuvre", "\u00a0»\u00a0: voir ", "", "\u202f; «\u00a0", "«\u00a0", "fin", "\u00a0»",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Les travailleurs·ses et citoyen·nes.", ["travailleurs·ses", "citoyen·nes"]),
        ("tou·te·s les représentant•es", ["tou·te·s", "représentant•es"]),
        ("salarié.e.s ou employé(e)s", ["salarié.e.s", "employé(e)s"]),
        ("Fin. Le début (le reste) a.b", []),
    ],
)
def test_inclusive_forms_are_found_whole(text: str, words: list[str]) -> None:
    assert [text[a:b] for a, b in typography.whole_words(text)] == words
