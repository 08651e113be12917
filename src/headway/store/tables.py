"""The tables. The schema itself refuses nonsense: unknown states, an end time on a live job."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from headway.jobs.lifecycle import TERMINAL, JobState

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives automatic numbers to INTEGER keys only.
_Serial = BigInteger().with_variant(Integer, "sqlite")


def _quoted(states: frozenset[JobState]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


jobs = Table(
    "jobs",
    metadata,
    Column("seq", _Serial, primary_key=True),  # order of submission
    Column("job_id", String(64), nullable=False, unique=True),
    Column("project_id", String(64), nullable=False),
    Column("owner", String(128), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(64)),
    Column("message", Text, nullable=False, server_default=""),
    Column("error", Text),  # SqlError as JSON
    Column("job_type", String(16), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("statement", Text, nullable=False),
    Column("queue_name", String(128), nullable=False),
    Column("current_db", String(128), nullable=False),
    Column("current_catalog", String(128)),
    Column("engine_type", String(32), nullable=False),
    Column("conf", Text, nullable=False),  # JSON object
    Column("tags", Text, nullable=False),  # JSON object
    Column("submitted_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("session_id", String(64)),  # Spark Connect session of the running attempt
    Column("engine_id", String(128)),  # Spark application that runs it
    Column("row_count", BigInteger, nullable=False, server_default="0"),
    Column("byte_count", BigInteger, nullable=False, server_default="0"),
    Column("schema_json", Text),
    Column("input_rows", BigInteger, nullable=False, server_default="0"),
    Column("input_bytes", BigInteger, nullable=False, server_default="0"),
    Column("output_rows", BigInteger, nullable=False, server_default="0"),
    Column("output_bytes", BigInteger, nullable=False, server_default="0"),
    Column("cpu_ms", BigInteger, nullable=False, server_default="0"),
    Column("attempt", Integer, nullable=False, server_default="1"),
    Column("replica_id", String(64)),  # the service process that carries the job; null: none does
    Column("client_token", String(128)),  # the caller's name of the request, to submit it once
    Column("request_digest", String(64)),  # what was asked under that name
    CheckConstraint(f"state IN ({_quoted(frozenset(JobState))})", name="known_state"),
    CheckConstraint(f"(state IN ({_quoted(TERMINAL)})) = (ended_at IS NOT NULL)", name="ended_when_terminal"),
    # The list of a project's jobs is found in it alone: in order, filtered and counted.
    Index("ix_jobs_list", "project_id", "submitted_at", "seq", "state", "queue_name", "owner"),
    Index("ix_jobs_state_queue", "state", "project_id", "queue_name", "seq"),
    Index("ix_jobs_replica", "replica_id", "state"),
    Index("ix_jobs_ended_at", "ended_at"),
    Index("uq_jobs_client_token", "project_id", "client_token", unique=True),
)

# The tags of a job once more, one a row: what the list's tag filter searches.
job_tags = Table(
    "job_tags",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("value", String(255), nullable=False),
)

job_events = Table(
    "job_events",
    metadata,
    Column("event_id", _Serial, primary_key=True),
    Column("job_id", ForeignKey("jobs.job_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("source", String(16)),  # null: the job was submitted
    Column("target", String(16), nullable=False),
    Column("reason", String(64)),
)

credentials = Table(
    "credentials",
    metadata,
    Column("access_key", String(64), primary_key=True),
    Column("secret_key", String(128), nullable=False),
    Column("token", String(128), nullable=False, unique=True),
    Column("project_id", String(64), nullable=False, index=True),
    Column("user_name", String(128), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# How far each job is said to be: what any replica answers from, and what a restart goes on from.
job_progress = Table(
    "job_progress",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id", ondelete="CASCADE"), primary_key=True),
    Column("fraction", Float, nullable=False),  # of the whole job; never falls
    Column("snapshot", Text),  # Snapshot as JSON
    Column("estimate", Text),  # Estimate as JSON
    Column("curve", Text),  # the samples of the progress curve as a JSON list
)

# Finished runs of statements, for the estimates of the next ones. They outlive their jobs: no foreign key.
statement_runs = Table(
    "statement_runs",
    metadata,
    Column("run_id", _Serial, primary_key=True),
    Column("project_id", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),  # of the statement without its literals
    Column("shape", String(64)),  # of the first plan seen; null: none was seen
    Column("job_id", String(64), nullable=False, unique=True),
    Column("ended_at", BigInteger, nullable=False),
    Column("profile", Text, nullable=False),  # Profile as JSON
    Index("ix_statement_runs_fingerprint", "project_id", "fingerprint", "ended_at"),
    Index("ix_statement_runs_shape", "project_id", "shape", "ended_at"),
    Index("ix_statement_runs_ended_at", "ended_at"),
)

# What the last scan of each table found: it tells how long the next ones are.
scanned_tables = Table(
    "scanned_tables",
    metadata,
    Column("project_id", String(64), primary_key=True),
    Column("name", String(512), primary_key=True),  # of the scan in Spark's plan
    Column("row_count", Float, nullable=False),
    Column("byte_count", Float, nullable=False),  # of the files that held the rows
    Column("seen_at", BigInteger, nullable=False, index=True),
)

# The service processes that share this store. One whose beat stands still is taken for dead.
replicas = Table(
    "replicas",
    metadata,
    Column("replica_id", String(64), primary_key=True),
    Column("beat", BigInteger, nullable=False),
    Column("endpoint", String(256), nullable=False),
    Column("version", String(32), nullable=False),
    Column("started_at", BigInteger, nullable=False),
)

# One-time codes that begin a session of the console. The code itself is not kept.
sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),  # SHA-256
    Column("access_key", String(64), nullable=False),  # of the credential that it signs in
    Column("expires_at", BigInteger, nullable=False, index=True),
)

# What each session of the console may speak for: a row a credential. The cookie itself is not kept.
session_keys = Table(
    "session_keys",
    metadata,
    Column("session_hash", String(64), primary_key=True),  # SHA-256 of the cookie
    Column("access_key", String(64), primary_key=True),
    Column("added_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),  # the same in all rows of a session
)

# Statements that people keep for later.
templates = Table(
    "templates",
    metadata,
    Column("project_id", String(64), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("statement", Text, nullable=False),
    Column("current_db", String(128), nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)
