"""Headway: SQL jobs on Apache Spark over REST, with progress that is real."""

__version__ = "0.1.0"
