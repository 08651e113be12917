"""The whole service behind this face, for tests that need more than a script of it."""

from tests.service.conftest import empty_database, make_world, world  # noqa: F401 (fixtures)
