"""The sample site with a row in every table, as hostile input meets it."""

from tests.hostile.conftest import furnished, own_files

__all__ = ["furnished", "own_files"]
