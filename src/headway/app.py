"""The wiring: the only place that reads settings and builds everything."""
