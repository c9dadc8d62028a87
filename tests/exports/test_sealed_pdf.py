"""The document after its seal: still both standards, and valid for a reader that is not ours."""

import subprocess
from pathlib import Path

from exports import pdf
from exports.signing import seal
from tests.exports import samples, seals, verapdf


def test_a_sealed_document_conforms_and_foreign_readers_find_the_seal_valid(tmp_path: Path) -> None:
    unsealed = pdf.render(samples.french(2))

    sealed = seal(
        unsealed, seals.make_credentials(), at=seals.NOW, reason="Version 2 · œ", field_title="Cachet de l’exemple"
    )

    assert sealed.startswith(unsealed)
    assert verapdf.failures(sealed, tmp_path) == {}
    found = subprocess.run(
        ["pdfsig", "-nocert", tmp_path / "checked.pdf"], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature is Valid." in found
    assert "Total document signed" in found
