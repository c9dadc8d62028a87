"""What the demonstration's organisations adopted is sealed, signed and published; what was begun is not done again."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import func, select

from drafting.demonstration import cast, papers, rounds
from drafting.domain.slug import slug_of
from drafting.extensions import db
from drafting.models import FileRevision, SigningKey, Submission
from drafting.models.columns import now
from exports import files, signing_keys, signings
from exports.file_states import newest_state
from exports.files import PublishedFiles
from exports.seals import demonstration_certificates, trusted_certificates
from exports.verification import verify

PASSPHRASE = "une phrase d’été · assez longue"


def states(paper: papers.Paper) -> dict[str, str]:
    version = rounds.version_of(paper)
    assert version is not None
    signing = signings.signing_of(version)
    assert signing is not None
    return {one.organisation.acronym: one.state.value for one in signings.signatories_of(signing)}


def test_one_paper_is_published_and_one_waits_for_two_signatures(app: Flask) -> None:
    cast.hire("une œuvre · commune 🙂")
    rounds.play(date(2026, 3, 18))

    for _time in range(2):
        result = app.test_cli_runner().invoke(args=["sign-demonstration", PASSPHRASE])
        assert result.exit_code == 0, result.output
        db.session.rollback()

    assert states(papers.PUBLISHED) == {"CET": "signed", "CET Métallurgie": "signed", "CET Santé": "signed"}
    assert states(papers.TO_SIGN) == {
        "CET": "signed", "CET Numérique": "signed", "CET Métallurgie": "expected", "CET Commerce": "expected"}
    for table, count in ((SigningKey, 4), (FileRevision, 5), (Submission, 1)):
        assert db.session.scalar(select(func.count()).select_from(table)) == count
    waiting = cast.actors()["Secrétariat Métallurgie"]
    (key,) = signing_keys.keys_of(waiting.organisation_id)
    assert signing_keys.open_key(waiting, key.key, PASSPHRASE).fingerprint == key.fingerprint

    file = files.sealed_file(files.version_by_slug(slug_of(papers.PUBLISHED.title)).id)
    assert file is not None
    verdict = verify(
        newest_state(file).read(), published=PublishedFiles(), trusted=trusted_certificates(),
        demonstration=demonstration_certificates(), at=now())
    assert verdict.published is not None
    assert (verdict.intact, len(verdict.signatures)) == (True, 3)
    page = app.test_client().get(f"/published/{slug_of(papers.PUBLISHED.title)}").get_data(as_text=True)
    for said in ("Fédération exemple de la santé", "Avis divergents", "installe le système", "EXEMPLE-2026-17"):
        assert said in page, said
