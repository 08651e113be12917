"""Stops a statement in Spark, and makes sure that it has stopped (ADR 0009)."""

import asyncio

import structlog

from headway.jobs.errors import EngineLost, ProgressUnavailable, StatementFailed
from headway.service.run import Run

log = structlog.get_logger(__name__)

CANCEL_DEADLINE_SECONDS = 30.0
LAST_LOOK_SECONDS = 2.0
INTERRUPT_AGAIN_SECONDS = 1.0
# Spark is calm when this many reads in a row find nothing of the job running.
CALM_READS = 5
CALM_READ_EVERY_SECONDS = 0.15
UNANSWERED_READS = 5


def begin_interrupt(run: Run) -> None:
    """Interrupt the statement from now on; its stream has ``CANCEL_DEADLINE_SECONDS`` to end."""
    if "interrupt" not in run.helpers:
        run.helpers["interrupt"] = asyncio.create_task(_keep_interrupting(run))
        run.must_stop_by(asyncio.get_running_loop().time() + CANCEL_DEADLINE_SECONDS)


async def confirm_stopped(run: Run) -> str:
    """Stop the job's subjobs until Spark stays calm; gives what to add to the message when it does not."""
    running, calm, unanswered = -1, 0, 0
    try:
        async with asyncio.timeout_at(_end_of_patience(run)):
            # Once is not enough: Spark may submit one more subjob just after the interrupt.
            while calm < CALM_READS and unanswered < UNANSWERED_READS:
                try:
                    running = await run.engine.running_tasks(run.job_id)
                    calm, unanswered = (0 if running else calm + 1), 0
                    if running:
                        await run.engine.kill_subjobs(run.job_id)
                except ProgressUnavailable:
                    unanswered += 1
                await asyncio.sleep(CALM_READ_EVERY_SECONDS)
    except TimeoutError:
        pass
    if calm >= CALM_READS:
        return ""
    count = "an unknown number of" if running < 0 else str(running)
    return f"; Spark did not confirm that it stopped: {count} tasks still run"


async def interrupt(run: Run) -> None:
    """Ask Spark once to stop the statement."""
    try:
        await run.engine.interrupt(run.execution)
    except (EngineLost, StatementFailed) as error:
        log.warning("interrupt not delivered", job_id=run.job_id, reason=str(error))


async def close_session(run: Run) -> None:
    """End the job's session in Spark, if Spark can be told."""
    try:
        await run.engine.close_session(run.execution.session_id)
    except (EngineLost, StatementFailed) as error:
        log.info("session not closed", session_id=run.execution.session_id, reason=str(error))


def _end_of_patience(run: Run) -> float:
    now = asyncio.get_running_loop().time()
    # Late or not, Spark is asked once what still runs.
    return now + CANCEL_DEADLINE_SECONDS if run.stop_by is None else max(run.stop_by, now + LAST_LOOK_SECONDS)


async def _keep_interrupting(run: Run) -> None:
    # An interrupt that comes before Spark has registered the operation finds nothing: ask again.
    while True:
        await interrupt(run)
        await asyncio.sleep(INTERRUPT_AGAIN_SECONDS)
