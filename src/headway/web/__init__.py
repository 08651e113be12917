"""What every face over HTTP shares: who calls, limits, request ids, health, metrics."""
