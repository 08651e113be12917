"""What is remembered: jobs, their events, credentials."""
