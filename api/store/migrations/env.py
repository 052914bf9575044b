"""Alembic's entry: migrations run on the connection that the store hands over, inside its transaction."""

from alembic import context

from api.store.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
