"""Random documents: whatever people write conforms to both standards, or is refused in plain words."""

import os
import random
from pathlib import Path

from drafting.domain.markdown import TooComplex
from exports import pdf
from exports.manuscript import Section
from tests.exports import samples, verapdf

PIECES = [
    *("# Œuvre", "## Été[^1]", "#### Profond", "un *mot* **gras** `code` ; fin ?", "salarié·es : « oui »[^2]"),
    *("- a[^1]", "  - sous-point", "    1. trois", "1. premier", "3. troisième[^3]", "> citation", "-", "+ a"),
    *("> - liste citée", ">> encore[^4]", "| a | b |", "|---|--:|", "| c[^1] | 1 000 € |", "===", "---", "***"),
    *("[lien](https://oit.org/?a=b;c)", "![image](x.png)", "[interne](#oeuvre)", "[a]: https://oit.fr", "[a]", "[]( )"),
    "<https://exemple.org/tres/longue/adresse/qui/ne/finit/pas/et/doit/se/couper/quelque/part>",
    *("    code en retrait", "```", "~~~ python", "<b>html</b>", "\\", "Ligne  ", "\tretrait", "**", "*", "_a__"),
    *("[^1]: une note", "[^2]: une note[^3] de note", "[^3]:", "    suite de note", "    - liste de note"),
    *("[^4]: > citation en note", "^[note en ligne]", "🙂 中 \u202e", "a\u00adb\u200bc", "", "", "", ""),
    "mot " * 80,
    "Anticonstitutionnellement " * 30,
]


def test_random_documents_conform_or_are_refused(tmp_path: Path) -> None:
    rounds = 150 if os.environ.get("FUZZ") == "long" else 6
    seed = int(os.environ.get("FUZZ_SEED", "20250210"))
    for number in range(rounds):
        chance = random.Random(f"{seed}-{number}")
        texts = ["\n".join(chance.choices(PIECES, k=chance.randint(1, 60))) for _ in range(3)]
        sections = tuple(Section(n, "Titre", text) for n, text in enumerate(texts, start=1))
        try:
            document = pdf.render(samples.french(sections=sections))
        except TooComplex:
            continue
        assert verapdf.failures(document, tmp_path) == {}, (seed, number, texts)
