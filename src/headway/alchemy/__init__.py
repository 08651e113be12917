"""A small dialect of SQLAlchemy for Headway: ``create_engine("headway:///tpch")``."""
