"""certificates that are believed about time only

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-26 20:40:00.000000

"""
import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('certificate') as table:
        table.add_column(sa.Column('only_time', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('certificate') as table:
        table.alter_column('only_time', server_default=None)


def downgrade():
    with op.batch_alter_table('certificate') as table:
        table.drop_column('only_time')
