"""validation: rounds, decisions, signing, what becomes of a published file

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-26 11:26:56.506309

"""
import sqlalchemy as sa
from alembic import op

import drafting.models.columns

# revision identifiers, used by Alembic.
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


SEALED = "kind = 'sealed'"
SEALED_AND_VALID = "kind = 'sealed' AND superseded_at IS NULL"


def _where(condition):
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade():
    op.create_table('revocation',
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('serial', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('is_house', sa.Boolean(), nullable=False),
    sa.Column('revoked_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_revocation_created_by_id_person')),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_revocation'))
    )
    op.create_table('signing_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('pkcs12', sa.LargeBinary(), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('issuer', sa.String(length=300), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('expires_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('is_house', sa.Boolean(), nullable=False),
    sa.Column('created_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('retired_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_signing_key_created_by_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_signing_key_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_key')),
    sa.UniqueConstraint('key', name=op.f('uq_signing_key_key'))
    )
    with op.batch_alter_table('signing_key') as batch_op:
        batch_op.create_index(op.f('ix_signing_key_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('delegation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('from_person_id', sa.Integer(), nullable=False),
    sa.Column('to_person_id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=True),
    sa.Column('starts_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_delegation_ends_after_start')),
    sa.CheckConstraint('from_person_id <> to_person_id', name=op.f('ck_delegation_to_somebody_else')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_delegation_contribution_id_contribution')),
    sa.ForeignKeyConstraint(['from_person_id'], ['person.id'], name=op.f('fk_delegation_from_person_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_delegation_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['revoked_by_id'], ['person.id'], name=op.f('fk_delegation_revoked_by_id_person')),
    sa.ForeignKeyConstraint(['to_person_id'], ['person.id'], name=op.f('fk_delegation_to_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation')),
    sa.UniqueConstraint('key', name=op.f('uq_delegation_key'))
    )
    with op.batch_alter_table('delegation') as batch_op:
        batch_op.create_index(op.f('ix_delegation_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(op.f('ix_delegation_to_person_id'), ['to_person_id'], unique=False)

    op.create_table('round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('rule', sa.Enum('consensus', 'simple_majority', 'two_thirds', 'reasoned_veto', name='round_rule', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('quorum', sa.Enum('none', 'half', 'two_thirds', name='round_quorum', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('by_mandates', sa.Boolean(), nullable=False),
    sa.Column('silence_agrees', sa.Boolean(), nullable=False),
    sa.Column('roll_call', sa.Enum('coordination', 'asked', 'participants', 'public', name='roll_call', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('opened_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=False),
    sa.Column('opened_for_id', sa.Integer(), nullable=False),
    sa.Column('closes_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('closed_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.Enum('adopted', 'not_adopted', 'cancelled', name='round_outcome', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('outcome_reason', sa.Text(), nullable=False),
    sa.Column('tally', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('editorial_of_id', sa.Integer(), nullable=True),
    sa.Column('editorial_note', sa.Text(), nullable=False),
    sa.CheckConstraint("editorial_of_id IS NULL OR editorial_note <> ''", name=op.f('ck_round_editorial_says_why')),
    sa.CheckConstraint("outcome IS NULL OR outcome = 'cancelled' OR tally IS NOT NULL", name=op.f('ck_round_counted')),
    sa.CheckConstraint('(closed_at IS NULL) = (outcome IS NULL)', name=op.f('ck_round_closed_with_outcome')),
    sa.CheckConstraint('closes_at > opened_at', name=op.f('ck_round_closes_after_opening')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_round_closed_by_id_person')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_round_contribution_id_contribution')),
    sa.ForeignKeyConstraint(['editorial_of_id'], ['round.id'], name=op.f('fk_round_editorial_of_id_round')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_round_opened_by_id_person')),
    sa.ForeignKeyConstraint(['opened_for_id'], ['organisation.id'], name=op.f('fk_round_opened_for_id_organisation')),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_round_version_id_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round')),
    sa.UniqueConstraint('contribution_id', 'number', name=op.f('uq_round_contribution_id_number')),
    sa.UniqueConstraint('key', name=op.f('uq_round_key'))
    )
    with op.batch_alter_table('round') as batch_op:
        batch_op.create_index(op.f('ix_round_version_id'), ['version_id'], unique=False)
        batch_op.create_index('uq_round_open', ['contribution_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('mandates', sa.Integer(), nullable=False),
    sa.Column('sent_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('mandates >= 0', name=op.f('ck_call_mandates_not_negative')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_call_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_call_round_id_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call')),
    sa.UniqueConstraint('key', name=op.f('uq_call_key')),
    sa.UniqueConstraint('round_id', 'organisation_id', name=op.f('uq_call_round_id_organisation_id'))
    )
    with op.batch_alter_table('call') as batch_op:
        batch_op.create_index(op.f('ix_call_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('signing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=True),
    sa.Column('in_order', sa.Boolean(), nullable=False),
    sa.Column('expires_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('completed_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('superseded_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('superseded_by_id', sa.Integer(), nullable=True),
    sa.Column('superseded_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_signing_created_by_id_person')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_signing_file_id_file')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_signing_round_id_round')),
    sa.ForeignKeyConstraint(['superseded_by_id'], ['signing.id'], name=op.f('fk_signing_superseded_by_id_signing')),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_signing_version_id_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing')),
    sa.UniqueConstraint('file_id', name=op.f('uq_signing_file_id')),
    sa.UniqueConstraint('key', name=op.f('uq_signing_key'))
    )
    with op.batch_alter_table('signing') as batch_op:
        batch_op.create_index(op.f('ix_signing_version_id'), ['version_id'], unique=False)
        batch_op.create_index('uq_signing_of_version', ['version_id'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))

    op.create_table('submission',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('recipient', sa.String(length=200), nullable=False),
    sa.Column('channel', sa.String(length=200), nullable=False),
    sa.Column('receipt', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_submission_file_id_file')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_submission_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission')),
    sa.UniqueConstraint('key', name=op.f('uq_submission_key'))
    )
    with op.batch_alter_table('submission') as batch_op:
        batch_op.create_index(op.f('ix_submission_file_id'), ['file_id'], unique=False)

    op.create_table('call_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('call', 'reminder', 'outcome', name='call_mail_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('due_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('claimed_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('sent_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_call_mail_call_id_call')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_call_mail_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_mail')),
    sa.UniqueConstraint('call_id', 'person_id', 'kind', name=op.f('uq_call_mail_call_id_person_id_kind'))
    )
    with op.batch_alter_table('call_mail') as batch_op:
        batch_op.create_index(op.f('ix_call_mail_due_at'), ['due_at'], unique=False)

    op.create_table('dissent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_dissent_call_id_call')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_dissent_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dissent')),
    sa.UniqueConstraint('key', name=op.f('uq_dissent_key'))
    )
    with op.batch_alter_table('dissent') as batch_op:
        batch_op.create_index(op.f('ix_dissent_call_id'), ['call_id'], unique=False)

    op.create_table('signatory',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('signing_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('capacity', sa.String(length=200), nullable=False),
    sa.Column('scope', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('fingerprint', sa.String(length=64), nullable=True),
    sa.Column('state', sa.Enum('expected', 'signed', 'refused', 'replaced', name='signatory_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('changed_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("state <> 'refused' OR reason <> ''", name=op.f('ck_signatory_refused_with_reason')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['person.id'], name=op.f('fk_signatory_changed_by_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_signatory_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_signatory_person_id_person')),
    sa.ForeignKeyConstraint(['replaces_id'], ['signatory.id'], name=op.f('fk_signatory_replaces_id_signatory')),
    sa.ForeignKeyConstraint(['signing_id'], ['signing.id'], name=op.f('fk_signatory_signing_id_signing')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signatory')),
    sa.UniqueConstraint('key', name=op.f('uq_signatory_key'))
    )
    with op.batch_alter_table('signatory') as batch_op:
        batch_op.create_index(op.f('ix_signatory_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(op.f('ix_signatory_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_signatory_position', ['signing_id', 'position'], unique=True, sqlite_where=sa.text("state <> 'replaced'"), postgresql_where=sa.text("state <> 'replaced'"))

    op.create_table('cosignature',
    sa.Column('dissent_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['dissent_id'], ['dissent.id'], name=op.f('fk_cosignature_dissent_id_dissent')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_cosignature_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_cosignature_person_id_person')),
    sa.PrimaryKeyConstraint('dissent_id', 'organisation_id', name=op.f('pk_cosignature'))
    )
    op.create_table('file_revision',
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('step', sa.Enum('signature', 'archive', name='file_step', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('signatory_id', sa.Integer(), nullable=True),
    sa.Column('means', sa.Enum('kept_key', 'browser', 'upload', name='signing_means', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(step = 'signature') = (signatory_id IS NOT NULL)", name=op.f('ck_file_revision_signature_has_signatory')),
    sa.CheckConstraint('number > 0', name=op.f('ck_file_revision_number_positive')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_file_revision_file_id_file')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_file_revision_person_id_person')),
    sa.ForeignKeyConstraint(['signatory_id'], ['signatory.id'], name=op.f('fk_file_revision_signatory_id_signatory')),
    sa.PrimaryKeyConstraint('file_id', 'number', name=op.f('pk_file_revision')),
    sa.UniqueConstraint('sha256', name=op.f('uq_file_revision_sha256')),
    sa.UniqueConstraint('signatory_id', name=op.f('uq_file_revision_signatory_id'))
    )
    op.create_table('prepared_signature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket', sa.String(length=64), nullable=False),
    sa.Column('signatory_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_prepared_signature_person_id_person')),
    sa.ForeignKeyConstraint(['signatory_id'], ['signatory.id'], name=op.f('fk_prepared_signature_signatory_id_signatory')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prepared_signature')),
    sa.UniqueConstraint('ticket', name=op.f('uq_prepared_signature_ticket'))
    )
    op.create_table('turn',
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('signatory_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('until', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_turn_file_id_file')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_turn_person_id_person')),
    sa.ForeignKeyConstraint(['signatory_id'], ['signatory.id'], name=op.f('fk_turn_signatory_id_signatory')),
    sa.PrimaryKeyConstraint('file_id', name=op.f('pk_turn'))
    )
    op.create_table('validation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('stance', sa.Enum('approved', 'approved_with_reservation', 'abstained', 'opposed', name='stance', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('accepts_editorial', sa.Boolean(), nullable=False),
    sa.Column('carried_from_id', sa.Integer(), nullable=True),
    sa.Column('dissent_id', sa.Integer(), nullable=True),
    sa.Column('delegation_id', sa.Integer(), nullable=True),
    sa.Column('at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_validation_number_positive')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_validation_call_id_call')),
    sa.ForeignKeyConstraint(['carried_from_id'], ['validation.id'], name=op.f('fk_validation_carried_from_id_validation')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegation.id'], name=op.f('fk_validation_delegation_id_delegation')),
    sa.ForeignKeyConstraint(['dissent_id'], ['dissent.id'], name=op.f('fk_validation_dissent_id_dissent')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_validation_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_validation')),
    sa.UniqueConstraint('call_id', 'number', name=op.f('uq_validation_call_id_number')),
    sa.UniqueConstraint('key', name=op.f('uq_validation_key'))
    )
    op.create_table('reservation',
    sa.Column('validation_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('section_id', sa.Integer(), nullable=True),
    sa.Column('start', sa.Integer(), nullable=True),
    sa.Column('stop', sa.Integer(), nullable=True),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('printed', sa.Enum('footnote', 'annex', 'internal', name='reservation_printed', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.CheckConstraint('(section_id IS NULL) = (start IS NULL) AND (start IS NULL) = (stop IS NULL)', name=op.f('ck_reservation_anchored_or_whole')),
    sa.CheckConstraint('start IS NULL OR (start >= 0 AND stop > start)', name=op.f('ck_reservation_passage_not_empty')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_reservation_section_id_section')),
    sa.ForeignKeyConstraint(['validation_id'], ['validation.id'], name=op.f('fk_reservation_validation_id_validation')),
    sa.PrimaryKeyConstraint('validation_id', 'position', name=op.f('pk_reservation'))
    )
    with op.batch_alter_table('mention') as batch_op:
        batch_op.add_column(sa.Column('is_reply', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('file') as batch_op:
        batch_op.add_column(sa.Column('embargo_until', drafting.models.columns.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('withdrawal_reason', sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('superseded_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('superseded_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_file_withdrawn_by_id_person'), 'person', ['withdrawn_by_id'], ['id'])
        batch_op.create_foreign_key(op.f('fk_file_superseded_by_id_file'), 'file', ['superseded_by_id'], ['id'])
        batch_op.create_check_constraint(
            op.f('ck_file_withdrawn_with_reason'),
            "withdrawn_at IS NULL OR (published_at IS NOT NULL AND withdrawal_reason <> '')")
        batch_op.drop_index('uq_file_sealed_version')
        batch_op.create_index('uq_file_sealed_version', ['version_id'], unique=True, **_where(SEALED_AND_VALID))
    with op.batch_alter_table('file') as batch_op:
        batch_op.alter_column('withdrawal_reason', existing_type=sa.Text(), server_default=None)



def downgrade():
    with op.batch_alter_table('mention') as batch_op:
        batch_op.drop_column('is_reply')

    with op.batch_alter_table('file') as batch_op:
        batch_op.drop_index('uq_file_sealed_version')
        batch_op.drop_constraint(op.f('ck_file_withdrawn_with_reason'), type_='check')
        batch_op.drop_constraint(op.f('fk_file_superseded_by_id_file'), type_='foreignkey')
        batch_op.drop_constraint(op.f('fk_file_withdrawn_by_id_person'), type_='foreignkey')
        batch_op.drop_column('superseded_by_id')
        batch_op.drop_column('superseded_at')
        batch_op.drop_column('withdrawal_reason')
        batch_op.drop_column('withdrawn_by_id')
        batch_op.drop_column('withdrawn_at')
        batch_op.drop_column('embargo_until')
        batch_op.create_index('uq_file_sealed_version', ['version_id'], unique=True, **_where(SEALED))

    op.drop_table('reservation')
    op.drop_table('validation')
    op.drop_table('turn')
    op.drop_table('prepared_signature')
    op.drop_table('file_revision')
    op.drop_table('cosignature')
    with op.batch_alter_table('signatory') as batch_op:
        batch_op.drop_index('uq_signatory_position')
        batch_op.drop_index(op.f('ix_signatory_person_id'))
        batch_op.drop_index(op.f('ix_signatory_organisation_id'))

    op.drop_table('signatory')
    with op.batch_alter_table('dissent') as batch_op:
        batch_op.drop_index(op.f('ix_dissent_call_id'))

    op.drop_table('dissent')
    with op.batch_alter_table('call_mail') as batch_op:
        batch_op.drop_index(op.f('ix_call_mail_due_at'))

    op.drop_table('call_mail')
    with op.batch_alter_table('submission') as batch_op:
        batch_op.drop_index(op.f('ix_submission_file_id'))

    op.drop_table('submission')
    with op.batch_alter_table('signing') as batch_op:
        batch_op.drop_index('uq_signing_of_version')
        batch_op.drop_index(op.f('ix_signing_version_id'))

    op.drop_table('signing')
    with op.batch_alter_table('call') as batch_op:
        batch_op.drop_index(op.f('ix_call_organisation_id'))

    op.drop_table('call')
    with op.batch_alter_table('round') as batch_op:
        batch_op.drop_index('uq_round_open')
        batch_op.drop_index(op.f('ix_round_version_id'))

    op.drop_table('round')
    with op.batch_alter_table('delegation') as batch_op:
        batch_op.drop_index(op.f('ix_delegation_to_person_id'))
        batch_op.drop_index(op.f('ix_delegation_organisation_id'))

    op.drop_table('delegation')
    with op.batch_alter_table('signing_key') as batch_op:
        batch_op.drop_index(op.f('ix_signing_key_organisation_id'))

    op.drop_table('signing_key')
    op.drop_table('revocation')
