"""What Alembic runs to apply the steps: over the one connection it was given, in that connection's transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
