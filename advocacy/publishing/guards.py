"""Database triggers that keep what was public as it was: model guards alone are passed by a queryset.

Made in a migration. SQLite loses a table's triggers when a migration remakes the table, so a migration that
alters a guarded table makes them again; a test asks the database for each of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """What may change in a table of facts.

    `table` and all its `columns` that never change; `closing` is a moment that may move only while it lies
    ahead; rows may be deleted only where the SQL condition `deletable` holds (OLD is the row), and while the
    moment in the column `ahead` lies ahead.
    """

    table: str
    columns: tuple[str, ...]
    deletable: str
    closing: str = ""
    ahead: str = ""

    @property
    def names(self) -> tuple[str, str]:
        return f"{self.table}_stays", f"{self.table}_kept"

    def _may_go(self, now: str) -> str:
        return f"{self.deletable} OR OLD.{self.ahead} > {now}" if self.ahead else self.deletable

    def create(self, vendor: str) -> list[str]:
        return self._postgresql() if vendor == "postgresql" else self._sqlite()

    def drop(self, vendor: str) -> list[str]:
        on = f" ON {self.table}" if vendor == "postgresql" else ""
        return [f"DROP TRIGGER IF EXISTS {name}{on}" for name in self.names]

    def _sqlite(self) -> list[str]:
        changed = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in self.columns)
        now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
        if self.closing:
            changed += (
                f" OR (OLD.{self.closing} IS NOT NEW.{self.closing}"
                f" AND OLD.{self.closing} IS NOT NULL AND OLD.{self.closing} <= {now})"
            )
        stays, kept = self.names
        return [
            f"CREATE TRIGGER {stays} BEFORE UPDATE ON {self.table} WHEN {changed} "
            f"BEGIN SELECT RAISE(ABORT, '{self.table}: what was public stays as it was'); END",
            f"CREATE TRIGGER {kept} BEFORE DELETE ON {self.table} WHEN NOT ({self._may_go(now)}) "
            f"BEGIN SELECT RAISE(ABORT, '{self.table}: what was public is kept'); END",
        ]

    def _postgresql(self) -> list[str]:
        changed = " OR ".join(
            f'OLD."{column}"::text IS DISTINCT FROM NEW."{column}"::text' for column in self.columns
        )
        if self.closing:
            changed += f" OR (OLD.{self.closing} IS DISTINCT FROM NEW.{self.closing} AND OLD.{self.closing} <= clock_timestamp())"
        stays, kept = self.names
        return [
            f"CREATE OR REPLACE FUNCTION {stays}() RETURNS trigger AS $$ BEGIN IF {changed} THEN "
            f"RAISE EXCEPTION '{self.table}: what was public stays as it was' USING ERRCODE = 'integrity_constraint_violation'; "
            "END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
            f"CREATE OR REPLACE FUNCTION {kept}() RETURNS trigger AS $$ BEGIN IF NOT ({self._may_go('clock_timestamp()')}) THEN "
            f"RAISE EXCEPTION '{self.table}: what was public is kept' USING ERRCODE = 'integrity_constraint_violation'; "
            "END IF; RETURN OLD; END $$ LANGUAGE plpgsql",
            f"CREATE TRIGGER {stays} BEFORE UPDATE ON {self.table} FOR EACH ROW EXECUTE FUNCTION {stays}()",
            f"CREATE TRIGGER {kept} BEFORE DELETE ON {self.table} FOR EACH ROW EXECUTE FUNCTION {kept}()",
        ]


def install(guards: Iterable[Guard], connection) -> None:
    """Makes the triggers of `guards` on `connection`, replacing those that stand."""
    with connection.cursor() as cursor:
        for guard in guards:
            for statement in guard.drop(connection.vendor) + guard.create(connection.vendor):
                cursor.execute(statement)


def remove(guards: Iterable[Guard], connection) -> None:
    with connection.cursor() as cursor:
        for guard in guards:
            for statement in guard.drop(connection.vendor):
                cursor.execute(statement)
