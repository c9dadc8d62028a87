"""notices: mails about signatures and certificates, each sent once

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-26 17:20:00.000000

"""
import sqlalchemy as sa
from alembic import op

import drafting.models.columns

# revision identifiers, used by Alembic.
revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'notice',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('about', sa.String(length=120), nullable=False),
        sa.Column('claimed_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column('sent_at', drafting.models.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
        sa.UniqueConstraint('person_id', 'about', name=op.f('uq_notice_person_id_about')),
    )


def downgrade():
    op.drop_table('notice')
