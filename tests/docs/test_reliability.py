"""docs/reliability.md speaks of every fault that is tested, and of no other."""

from tests.docs import reliability_page


def test_the_table_has_a_row_for_every_test_of_a_fault() -> None:
    rows = [row.test for row in reliability_page.written()]
    assert rows == reliability_page.fault_tests(), "python -m pytest tests/faults --write-seen"
