"""When a caller who was refused may try again."""

from headway.jobs.errors import EngineNotReady, HeadwayError, StoreUnavailable, TooBusy

STORE_SECONDS = 2


def retry_after(error: HeadwayError) -> int | None:
    """Give in how many seconds the same request may succeed; ``None`` when waiting changes nothing."""
    if isinstance(error, TooBusy | EngineNotReady):
        return error.retry_after
    return STORE_SECONDS if isinstance(error, StoreUnavailable) else None
