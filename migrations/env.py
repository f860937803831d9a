"""Runs the migrations on the engine that `storage.migrate` hands over."""

from alembic import context
from sqlalchemy import Engine

from storage.tables import metadata


def run() -> None:
    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        context.configure(
            connection=connection, target_metadata=metadata, render_as_batch=sqlite, transactional_ddl=True
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("a migration left rows without their parents")
    engine.dispose()


run()
