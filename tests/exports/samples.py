"""Manuscripts for the tests of the export: rich, French or English, with everything a text may hold."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

from PIL import Image

from exports.manuscript import Manuscript, Organisation, Picture, Section

FRENCH = """Les **travailleurs·ses** et les représentant·es du personnel doivent être « au cœur » des décisions : qui
décide ? Le *règlement (UE) 2024/1689* fixe un cadre[^a], mais 109 milliards d'euros ne font pas une stratégie
industrielle ; l'article 22 du RGPD[^b] non plus. Anticonstitutionnellement, l'intergouvernementalisation des
institutions internationales nécessite la responsabilisation des gouvernements et des employeurs.

### Ce que nous demandons pour l’œuvre {n}

1. Une convention de l'OIT[^c] sur l'intelligence artificielle ;
2. un droit de regard des comités :
   - sur les systèmes déployés,
   - sur leurs données d'entraînement, avec une profondeur
     - de trois niveaux au moins ;
3. une directive européenne.

> « Rien sur nous sans nous » : l'exigence des organisations syndicales, partout dans le monde[^a].

Voir la page de l'[Organisation internationale du travail](https://www.ilo.org/fr/?q=1;2) et
<https://www.exemple.org/une/adresse/tres/longue/qui/doit/se/couper/quelque/part/dans/la/ligne/sans/deborder>.

| Pays | Entreprise | Nombre | Constat |
|---|---|--:|:-:|
| Suède | Tesla | 1 200 | Refus de négocier une convention collective |
| Allemagne | Amazon | 23 450 | Réactions violentes des directions 🙂 ✓ |
| Kenya | Meta | 109 000 | Licenciements après une syndicalisation |

#### Détail

Un paragraphe avec du `code ; brut`, du grec αβγ, du cyrillique Привет, ≥ → et un 中 manquant.

***

    bloc de code

[^a]: Règlement (UE) 2024/1689 du Parlement européen et du Conseil, section {n}, p. 3.
[^b]: Règlement général sur la protection des données, art. 22.
[^c]: Conventions nos 87 et 98 ; voir <https://www.ilo.org>.

    Second paragraphe de la note, avec une liste :

    - premier point
    - second point
"""
ENGLISH = """Workers and their unions were not at the heart of the summit[^1]: who decides?

## What we ask for

- A new convention of the ILO, to protect workers’ rights everywhere;
- a European directive on AI systems at work.

| Country | Company |
|---|---|
| Sweden | Tesla |

[^1]: See Regulation (EU) 2024/1689.
"""
TITLES = (
    "Un sommet sans les travailleurs·ses ?", "Investir : avec quelle stratégie ?", "Réguler au niveau international",
    "Les données et la souveraineté", "Le travail du clic", "Droits d’organisation", "Environnement", "Conclusion",
)  # fmt: skip
ORGANISATIONS = (
    Organisation("CONF", "Confédération d’exemple du travail", "coordinator"),
    Organisation("FÉDÉ-A", "Fédération d’exemple de la métallurgie", "author"),
    Organisation("UD-X", "Union départementale d’exemple", "contributor"),
    Organisation("OBS", "Institut d’exemple de recherches", "observer"),
)


def logo() -> Picture:
    """A small PNG with transparency."""
    buffer = io.BytesIO()
    Image.new("RGBA", (120, 60), (156, 28, 40, 200)).save(buffer, "PNG")
    return Picture(buffer.getvalue(), "Logo : un œillet rouge")


def french(number_of_sections: int = 8, **changes: object) -> Manuscript:
    """A rich French manuscript."""
    values: dict[str, object] = {
        "title": "Pour une intelligence artificielle au service des travailleurs·ses",
        "recipient": "Sommet pour l’action sur l’intelligence artificielle",
        "event": "Paris, 10 et 11 février 2025",
        "language": "fr",
        "number": 2,
        "label": "Texte soumis aux fédérations",
        "digest": "3f9a" * 16,
        "frozen_at": datetime(2025, 2, 1, 0, 30, tzinfo=ZoneInfo("Europe/Paris")),
        "organisations": ORGANISATIONS,
        "sections": tuple(
            Section(n, TITLES[(n - 1) % len(TITLES)], FRENCH.replace("{n}", str(n)), ORGANISATIONS[n % 2].acronym)
            for n in range(1, number_of_sections + 1)
        ),
        "logo": logo(),
        "code": "K7Q4-M2XD-9TRB",
        "verify_url": "https://contributions.exemple.org/verify/K7Q4M2XD9TRB",
        "sealed_by": "Confédération d’exemple du travail",
        "demonstration": True,
    }
    return Manuscript(**(values | changes))  # type: ignore[arg-type]


def english() -> Manuscript:
    """A short English manuscript, without logo, sealed for real."""
    return french(
        title="For an AI that serves working people", language="en", label="As submitted", logo=None,
        demonstration=False, sections=(Section(1, "Who decides?", ENGLISH), Section(2, "Next steps", ENGLISH, "CONF")),
    )  # fmt: skip
