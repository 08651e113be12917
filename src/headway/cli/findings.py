"""What makes a job slow or fail, one line each."""

from rich.text import Text

from headway.client.figures import visible
from headway.client.seen import FindingSeen, ProgressSeen


def warnings_of(progress: ProgressSeen) -> tuple[FindingSeen, ...]:
    """Give the findings that somebody should do something about."""
    return tuple(each for each in progress.findings if each.is_warning)


def finding_text(finding: FindingSeen) -> Text:
    """Write a finding, coloured by how much it matters."""
    if finding.is_warning:
        return Text(f"warning: {visible(finding.text)}", style="yellow")
    return Text(f"note: {visible(finding.text)}", style="dim")
