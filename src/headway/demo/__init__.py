"""The demonstration: TPC-H data, the tables over it, and the 22 queries."""
