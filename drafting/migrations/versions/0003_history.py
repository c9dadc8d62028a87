"""history: more kinds of files and jobs, what a restoration brought back, what a version left out

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-26 07:36:39.940084

"""
import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

FILE_KINDS = ("working_copy", "sealed", "redline", "amendments", "word")


def _kinds(kinds):
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})"


FILE_BEFORE = {"ck_file_kind": _kinds(FILE_KINDS[:2])}
FILE_AFTER = {"ck_file_kind": _kinds(FILE_KINDS)}
JOB_BEFORE = {
    "ck_job_kind": _kinds(FILE_KINDS[:2]),
    "ck_job_done_has_file": "state <> 'done' OR file_id IS NOT NULL",
}
JOB_AFTER = {
    "ck_job_kind": _kinds((*FILE_KINDS, "import")),
    "ck_job_done_has_file": "state <> 'done' OR file_id IS NOT NULL OR (kind = 'import' AND result IS NOT NULL)",
    "ck_job_only_import_without_contribution": "contribution_id IS NOT NULL OR kind = 'import'",
}


def _trade_checks(batch_op, old, new):
    for name in old:
        batch_op.drop_constraint(op.f(name), type_="check")
    for name, text in new.items():
        batch_op.create_check_constraint(op.f(name), text)


def upgrade():
    with op.batch_alter_table("file") as batch_op:
        _trade_checks(batch_op, FILE_BEFORE, FILE_AFTER)
    with op.batch_alter_table("job") as batch_op:
        batch_op.add_column(sa.Column('spec', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('result', sa.JSON(none_as_null=True), nullable=True))
        batch_op.alter_column('contribution_id', existing_type=sa.INTEGER(), nullable=True)
        _trade_checks(batch_op, JOB_BEFORE, JOB_AFTER)
    with op.batch_alter_table('update') as batch_op:
        batch_op.add_column(sa.Column('restored', sa.Integer(), nullable=True))
    with op.batch_alter_table('version') as batch_op:
        batch_op.add_column(sa.Column('open_suggestions', sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table('version') as batch_op:
        batch_op.alter_column('open_suggestions', existing_type=sa.INTEGER(), server_default=None)
    with op.batch_alter_table('audit_entry') as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_subject'), ['subject'], unique=False)


def downgrade():
    with op.batch_alter_table('audit_entry') as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_subject'))
    with op.batch_alter_table('version') as batch_op:
        batch_op.drop_column('open_suggestions')
    with op.batch_alter_table('update') as batch_op:
        batch_op.drop_column('restored')
    op.execute("DELETE FROM job WHERE kind NOT IN ('working_copy', 'sealed')")
    op.execute("DELETE FROM file WHERE kind NOT IN ('working_copy', 'sealed')")
    with op.batch_alter_table("job") as batch_op:
        _trade_checks(batch_op, JOB_AFTER, JOB_BEFORE)
        batch_op.alter_column('contribution_id', existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column('result')
        batch_op.drop_column('spec')
    with op.batch_alter_table("file") as batch_op:
        _trade_checks(batch_op, FILE_AFTER, FILE_BEFORE)
