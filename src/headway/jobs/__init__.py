"""What a job is: pure Python, no I/O."""
