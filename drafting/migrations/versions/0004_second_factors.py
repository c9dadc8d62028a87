"""second factors: authenticator applications and recovery codes

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-26 08:20:00.000000

"""
import sqlalchemy as sa
from alembic import op

import drafting.models.columns

# revision identifiers, used by Alembic.
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'authenticator',
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('secret', sa.LargeBinary(), nullable=False),
        sa.Column('created_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column('confirmed_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column('last_step', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_authenticator_person_id_person')),
        sa.PrimaryKeyConstraint('person_id', name=op.f('pk_authenticator')),
    )
    op.create_table(
        'recovery_code',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('used_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recovery_code_person_id_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
        sa.UniqueConstraint('person_id', 'digest', name=op.f('uq_recovery_code_person_id_digest')),
    )
    with op.batch_alter_table('sign_in') as batch_op:
        batch_op.add_column(
            sa.Column('second_factor_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True))


def downgrade():
    with op.batch_alter_table('sign_in') as batch_op:
        batch_op.drop_column('second_factor_at')
    op.drop_table('recovery_code')
    op.drop_table('authenticator')
