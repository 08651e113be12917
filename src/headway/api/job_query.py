"""Which jobs a list is to show."""

from pydantic import BaseModel, Field

from headway.jobs.job import JobFilter
from headway.jobs.lifecycle import JobStatus, states_of


class JobsQuery(BaseModel):
    """A page of the jobs that match everything that is given; without a status, of those in any."""

    status: list[JobStatus] = Field([], max_length=len(JobStatus), description="any of these; repeat it")
    queue: str | None = Field(None, max_length=128)
    owner: str | None = Field(None, max_length=128)
    search: str | None = Field(None, max_length=1024, description="a part of the statement, in any case")
    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0)

    def filter(self) -> JobFilter | None:
        """Give it in the service's words; ``None``: no job can match."""
        states = frozenset().union(*(states_of(status) for status in self.status))
        if self.status and not states:
            return None
        return JobFilter(
            states=states or None,
            queue_name=self.queue or None,
            owner=self.owner or None,
            sql_pattern=self.search or None,
        )
