"""What an operator's words mean for an engine."""

from pathlib import Path

import pytest

from headway.engine.options import EngineOptions

HERE = Path("/nowhere")


@pytest.mark.parametrize(
    ("master", "conf", "wanted"),
    [
        ("local[*]", {"spark.dynamicAllocation.minExecutors": "3"}, None),
        ("spark://host:7077", {}, None),
        ("spark://host:7077", {"spark.dynamicAllocation.minExecutors": "3"}, 3),
        ("yarn", {"spark.dynamicAllocation.enabled": "false", "spark.executor.instances": "5"}, 5),
        ("yarn", {"spark.executor.instances": "5"}, None),
    ],
)
def test_the_executors_that_a_clusters_engine_is_to_have(
    master: str, conf: dict[str, str], wanted: int | None
) -> None:
    options = EngineOptions(HERE, HERE, HERE, master=master, conf=conf)
    assert options.executors_wanted == wanted
