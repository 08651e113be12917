"""Headway: SQL jobs on Apache Spark over REST, with progress that is real."""
