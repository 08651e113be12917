"""What a job's work amounted to, from the last thing Spark said about it."""

from headway.jobs.job import WorkFigures
from headway.jobs.subjob import Snapshot


def work_of(snapshot: Snapshot) -> WorkFigures:
    """Sum a job's stages."""
    stages = snapshot.stages.values()
    return WorkFigures(
        input_rows=sum(stage.input_rows for stage in stages),
        input_bytes=sum(stage.input_bytes for stage in stages),
        output_rows=sum(stage.output_rows for stage in stages),
        output_bytes=sum(stage.output_bytes for stage in stages),
        cpu_ms=sum(stage.cpu_time_ns for stage in stages) // 1_000_000,
    )
