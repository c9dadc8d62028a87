"""The doctor's look at seals."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import update

from drafting.doctor import examine
from drafting.extensions import db, transaction
from drafting.health.findings import Level
from drafting.models import Seal
from drafting.models.columns import now
from exports import health
from exports import seals as service
from tests.exports import documents, seals

PASSPHRASE = "été « œuvre » 🙂"


@pytest.fixture
def sealed(app):
    """An organisation with a seal."""
    scene = documents.scene()
    credentials = seals.make_credentials("Cachet", begin=now() - seals.YEAR, end=now() + seals.YEAR)
    service.upload(
        scene.coordinator, scene.confederation.key, pkcs12=credentials.to_pkcs12(PASSPHRASE.encode()),
        passphrase=PASSPHRASE,
    )
    return scene


def test_seals_that_open_are_fine_and_the_doctor_asks(app, sealed):
    assert [finding.level for finding in health.seals()] == [Level.FINE]
    assert "1 cachet examiné" in {finding.message for finding in examine(app.config["SETTINGS"])}


def test_a_seal_of_another_instances_keys_is_a_problem(app, sealed):
    shutil.rmtree(app.config["SETTINGS"].instance / "keys")

    found = list(health.seals())

    assert [finding.level for finding in found] == [Level.PROBLEM, Level.FINE]
    assert sealed.confederation.acronym in found[0].message


def test_a_seal_that_expires_soon_is_a_warning(app, sealed):
    with transaction() as session:
        session.execute(update(Seal).values(expires_at=now() + timedelta(days=3)))
    db.session.expire_all()

    assert [finding.level for finding in health.seals()] == [Level.WARNING, Level.FINE]
