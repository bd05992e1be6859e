"""How alembic meets the app: the connection is handed over by surveyapp.core.schema."""

from alembic import context

from surveyapp.core.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
