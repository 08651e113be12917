"""The DLI contract for SQL jobs over HTTP, field for field, and nothing else."""
