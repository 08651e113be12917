"""What runs SQL: a Spark Connect server, started here or found elsewhere, and its monitoring."""
