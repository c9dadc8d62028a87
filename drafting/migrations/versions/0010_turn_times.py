"""how often a file's state was reserved

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-27 12:40:00.000000

"""
import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('turn') as batch_op:
        batch_op.add_column(sa.Column('times', sa.Integer(), nullable=False, server_default='1'))
    with op.batch_alter_table('turn') as batch_op:
        batch_op.alter_column('times', existing_type=sa.INTEGER(), server_default=None)
        batch_op.create_check_constraint(op.f('ck_turn_times_positive'), 'times > 0')


def downgrade():
    with op.batch_alter_table('turn') as batch_op:
        batch_op.drop_constraint(op.f('ck_turn_times_positive'), type_='check')
        batch_op.drop_column('times')
