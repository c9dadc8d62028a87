"""The doctor's look at the data: a sound instance passes, and each kind of damage is found and named."""

import hashlib
import json

import pytest
from sqlalchemy import text, update

from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.extensions import db, transaction
from drafting.health import data
from drafting.health.findings import Level
from drafting.models import AuditEntry, File, Snapshot, Update, Version, VersionSection
from drafting.models.columns import now
from drafting.models.export import FileKind
from drafting.services import versions
from tests import factories

PIECES = ['[[0,"L’œuvre"]]', '[7,[0," commune · 🙂"]]', '[[1,"l"],19]']


@pytest.fixture
def section(app):
    """A section of three revisions, with a snapshot at the second, a version, and its exported file."""
    body = factories.organisation(name="Confédération exemple")
    secretary = factories.member(body, MembershipRole.SECRETARY)
    contribution = factories.contribution()
    factories.participation(contribution, body, ParticipationRole.COORDINATOR)
    made = factories.section(contribution, title="Préambule : l’égalité")
    with transaction() as session:
        for revision, changes in enumerate(PIECES, start=1):
            session.add(Update(
                section_id=made.id, revision=revision, author_id=secretary.person_id, organisation_id=body.id,
                at=now(), client="essai", n=revision, i=0, changes=changes,
            ))
        session.flush()
        state = dict(data.replay(made.id))[2]
        session.add(Snapshot(section_id=made.id, revision=2, state=json.dumps(state.to_json())))
    version = versions.freeze(secretary, contribution.key, label="Première lecture")
    content = b"%PDF-1.7 exemple"
    sha256 = hashlib.sha256(content).hexdigest()
    folder = app.config["SETTINGS"].instance / "exports"
    folder.mkdir()
    (folder / f"{sha256}.pdf").write_bytes(content)
    with transaction() as session:
        session.add(File(
            contribution_id=version.contribution_id, version_id=version.id, kind=FileKind.WORKING_COPY,
            sha256=sha256, size=len(content),
            created_by_id=secretary.person_id,
        ))
    return made


def _problems(app, check):
    db.session.rollback()
    db.session.expire_all()
    return [finding for finding in check(app.config["SETTINGS"]) if finding.level is not Level.FINE]


CHECKS = (data.migrations, data.logs, data.versions, data.audit_chain, data.files)


def test_a_sound_instance_has_no_problem(app, section):
    for check in CHECKS:
        assert not _problems(app, check)
        assert list(check(app.config["SETTINGS"])), "a check that says nothing cannot be believed"


def _damage(statement):
    with transaction() as session:
        session.execute(statement)


LOG_DAMAGES = {
    "a changed row": update(Update).where(Update.revision == 1).values(changes='[[0,"L’oeuvre"]]'),
    "a missing row": Update.__table__.delete().where(Update.revision == 2),
    "a missing last row": Update.__table__.delete().where(Update.revision == 3),
    "a changed snapshot": update(Snapshot).values(
        state=text("""replace(state, 'commune', 'commode')""")),
    "a snapshot of tomorrow": update(Snapshot).values(revision=9),
    "another author in the snapshot": update(Snapshot).values(state=text("replace(state, '[[', '[[1,7,7],[')")),
    "a frozen text that the log does not say": update(VersionSection).values(text="Autre chose"),
    "a row that fits no text": update(Update).where(Update.revision == 3).values(changes='[[1,"l"],99]'),
}


@pytest.mark.parametrize("damage", list(LOG_DAMAGES))
def test_a_log_that_does_not_replay_to_what_is_stored_is_found(app, section, damage):
    key, title = section.key, section.title
    _damage(LOG_DAMAGES[damage])

    found = _problems(app, data.logs)

    assert [finding.level for finding in found] == [Level.PROBLEM]
    assert key in found[0].message
    assert title in found[0].message
    assert "restore" in found[0].remedy


VERSION_DAMAGES = {
    "a changed title": update(Version).values(title="Autre titre"),
    "a changed section": update(VersionSection).values(text="Autre texte"),
    "another digest": update(Version).values(digest="0" * 64),
    "a changed list of organisations": update(Version).values(organisations="[]"),
}


@pytest.mark.parametrize("damage", list(VERSION_DAMAGES))
def test_a_version_that_is_no_longer_what_was_frozen_is_found(app, section, damage):
    _damage(VERSION_DAMAGES[damage])

    assert [finding.level for finding in _problems(app, data.versions)] == [Level.PROBLEM]


def test_a_changed_act_breaks_the_audit_chain(app, section):
    _damage(update(AuditEntry).values(action="autre"))

    assert [finding.level for finding in _problems(app, data.audit_chain)] == [Level.PROBLEM]


@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.write_bytes(b"autre")])
def test_an_exported_file_that_is_gone_or_changed_is_found(app, section, change):
    change(next((app.config["SETTINGS"].instance / "exports").iterdir()))

    assert [finding.level for finding in _problems(app, data.files)] == [Level.PROBLEM]


def test_a_database_at_another_migration_is_found(app):
    _damage(text("UPDATE alembic_version SET version_num = '0000'"))
    found = _problems(app, data.migrations)
    assert [finding.level for finding in found] == [Level.PROBLEM]
    assert "db upgrade" in found[0].remedy

    _damage(text("DROP TABLE alembic_version"))
    assert [finding.remedy for finding in _problems(app, data.migrations)] == ["flask --app wsgi db upgrade"]
