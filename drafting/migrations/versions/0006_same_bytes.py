"""files of two contributions may have the same bytes; what is sealed is unique

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-26 17:05:00.000000

"""
import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

SEALED = "kind = 'sealed'"


def upgrade():
    with op.batch_alter_table('file') as batch_op:
        batch_op.drop_constraint(op.f('uq_file_sha256'), type_='unique')
        batch_op.create_index('uq_file_sealed_sha256', ['sha256'], unique=True, sqlite_where=sa.text(SEALED),
                              postgresql_where=sa.text(SEALED))


def downgrade():
    # As it was before: whoever had the same bytes made is given the first file that has them.
    op.execute("UPDATE job SET file_id = (SELECT MIN(file.id) FROM file WHERE file.sha256 = "
               "(SELECT made.sha256 FROM file AS made WHERE made.id = job.file_id)) WHERE file_id IS NOT NULL")
    op.execute("DELETE FROM file WHERE id NOT IN (SELECT MIN(id) FROM file GROUP BY sha256)")
    with op.batch_alter_table('file') as batch_op:
        batch_op.drop_index('uq_file_sealed_sha256')
        batch_op.create_unique_constraint(op.f('uq_file_sha256'), ['sha256'])
