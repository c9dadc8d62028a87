"""what makes the hash of an audit entry impossible to guess

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-27 12:30:00.000000

"""
import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

ENTRY = sa.table('audit_entry', sa.column('id', sa.Integer), sa.column('detail', sa.JSON),
                 sa.column('salt', sa.String))


def upgrade():
    with op.batch_alter_table('audit_entry') as batch_op:
        batch_op.add_column(sa.Column('salt', sa.String(length=32), nullable=True))


def downgrade():
    # Hashes are over detail and salt together: with the salt in detail they stay right.
    salted = sa.select(ENTRY).where(ENTRY.c.salt.is_not(None))
    for entry in op.get_bind().execute(salted).all():
        op.execute(sa.update(ENTRY).where(ENTRY.c.id == entry.id).values(
            detail={**entry.detail, 'salt': entry.salt}))
    with op.batch_alter_table('audit_entry') as batch_op:
        batch_op.drop_column('salt')
