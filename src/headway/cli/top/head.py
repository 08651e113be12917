"""What stands above the jobs: the service, its engine with its cores, the queues."""

from rich.table import Table
from rich.text import Text

from headway.cli.bars import bar
from headway.cli.top.board import Board, Link
from headway.client.figures import shortened, visible
from headway.client.project_seen import QueueSeen
from headway.client.seen import EngineSeen

QUEUES_SHOWN = 3
LABEL_WIDTH, NAME_WIDTH, BAR = 7, 14, 12

_LINK_STYLES = {Link.LIVE: "green", Link.POLLING: "yellow", Link.AWAY: "bold red", Link.OPENING: "dim"}
_ENGINE_STYLES = {"READY": "green", "STARTING": "yellow", "FAILED": "bold red"}


def head(board: Board, endpoint: str, project_id: str, width: int, said: Text) -> Table:
    """Draw the head: service, engine, a line for each queue that is shown, and what is ``said``."""
    grid = Table.grid(padding=0)
    grid.add_column(no_wrap=True, overflow="ellipsis", width=width)
    grid.add_row(_service(board, endpoint, project_id, width))
    grid.add_row(_engine(board, width))
    for line in _queues(board.queues):
        grid.add_row(line)
    grid.add_row(said)
    return grid


def trouble(board: Board) -> Text:
    """Say what is not known, in one line; empty when all is well."""
    text = visible("; ".join(dict.fromkeys(board.troubles.values())))
    if board.link is not Link.AWAY:
        return Text(text, style="yellow")
    text = f"Seen last; waiting for the service to come back. {text}"
    return Text(text, style="red")


def _service(board: Board, endpoint: str, project_id: str, width: int) -> Text:
    link = f"● {board.link}"
    name = f" · project {visible(project_id)} at {visible(endpoint)}"
    text = Text.assemble(("headway", "bold"), (shortened(name, width - len(link) - 9), "dim"))
    text.pad_right(width - len(text) - len(link))
    return text.append(link, style=_LINK_STYLES[board.link])


def _engine(board: Board, width: int) -> Text:
    engine, usage = board.engine, board.usage
    if engine is None:
        return Text("engine", style="dim")
    style = _ENGINE_STYLES.get(engine.state, "dim")
    text = Text.assemble(("engine".ljust(LABEL_WIDTH), "dim"), (engine.state.ljust(NAME_WIDTH), style))
    if usage is not None and usage.cores and engine.state == "READY":
        executors = f", {usage.executors:,} executors" if usage.executors > 1 else ""
        text.append_text(bar(min(1.0, usage.busy / usage.cores), width=BAR))
        text.append(f" {usage.busy:,}/{usage.cores:,} cores{executors}")
    words = _engine_words(engine)
    room = width - len(text) - 2
    return text.append(f"  {shortened(words, room)}", style="dim") if words and room > 8 else text


def _engine_words(engine: EngineSeen) -> str:
    spark = f"Spark {engine.spark_version}" if engine.spark_version else ""
    parts = (engine.text, spark, engine.master, engine.monitor_url or "")
    return visible(" · ".join(part for part in parts if part))


def _queues(queues: tuple[QueueSeen, ...]) -> list[Text]:
    """Give a line for each of the busiest queues, in order of their names."""
    busiest = sorted(queues, key=lambda queue: (-queue.running - queue.waiting, queue.name))[:QUEUES_SHOWN]
    lines = [_queue(queue) for queue in sorted(busiest, key=lambda queue: queue.name)]
    more = len(queues) - len(lines)
    if more > 0 and lines:
        lines[-1].append(f"  … {more:,} more {'queue' if more == 1 else 'queues'}", style="dim")
    return lines


def _queue(queue: QueueSeen) -> Text:
    name = shortened(visible(queue.name), NAME_WIDTH - 1).ljust(NAME_WIDTH)
    room = queue.max_concurrent
    used = bar(min(1.0, queue.running / room) if room else 0.0, width=BAR)
    line = Text.assemble(("queue".ljust(LABEL_WIDTH), "dim"), name, used)
    line.append(f" {queue.running:,}{f'/{room:,}' if room else ''} running")
    if queue.waiting:
        line.append(f", {queue.waiting:,} waiting", style="yellow")
    return line
