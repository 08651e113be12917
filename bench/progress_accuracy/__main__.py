"""Scores the estimator and its peers on the recorded traces; writes the tables and the picture of the pages.

``python -m bench.progress_accuracy``; ``python -m bench.progress_accuracy.record`` records traces anew.
"""

import re
import sys
from pathlib import Path

from bench.progress_accuracy.evaluate import REPEAT, TRACES, UNSEEN, Evaluation, evaluate, load, mean
from bench.progress_accuracy.picture import draw

ROOT = Path(__file__).parents[2]
PAGE, PICTURE = ROOT / "docs" / "progress.md", ROOT / "docs" / "images" / "progress.svg"
README = ROOT / "README.md"
_TABLE = re.compile(r"<!-- accuracy -->.*?<!-- /accuracy -->", re.DOTALL)
_HEADS = (
    "formula",
    "runs",
    "mean L1",
    "worst run",
    "ratio error",
    "runs that fall",
    "time at 100 %",
    "longest frozen",
    "within 30 %",
    "range holds",
)


# What the README shows of it: our row, and those of the services it is compared with.
_IN_SHORT = {
    UNSEEN: "Headway, a statement never seen before",
    REPEAT: "Headway, a statement that was run before",
    "constant 0.5": "a bar that always says one half",
    "Livy, Spark Connect": "tasks over all stages so far: Livy, Spark Connect",
    "Kyuubi": "Kyuubi's formula",
    "contract (DLI)": "the running subjob's tasks: the contract's number",
}


def main() -> None:
    found = evaluate(load(sorted(TRACES.glob("*.xz"))))
    table = table_of(found)
    print(table)
    print(worst_of(found))
    PICTURE.write_text(draw(found), "utf-8")
    put(PAGE, table)
    put(README, short_of(found))
    sys.exit(0)


def put(page: Path, table: str) -> None:
    """Replace the table between a page's marks."""
    written = _TABLE.sub(f"<!-- accuracy -->\n{table}\n<!-- /accuracy -->", page.read_text("utf-8"))
    page.write_text(written, "utf-8")


def short_of(found: Evaluation) -> str:
    rows = ["| | mean distance from the truth | runs in which it falls back |", "|---|---:|---:|"]
    for name, text in _IN_SHORT.items():
        scores = [run.score for run in found.runs[name]]
        falls = f"{sum(one.falls > 0 for one in scores)} of {len(scores)}"
        rows.append(f"| {text} | {_text(mean(one.l1 for one in scores))} | {falls} |")
    return "\n".join(rows)


def table_of(found: Evaluation) -> str:
    rows = ["| " + " | ".join(_HEADS) + " |", "|---|" + "---:|" * (len(_HEADS) - 1)]
    for name, runs in found.runs.items():
        scores = [run.score for run in runs]
        cells = [
            name,
            str(len(scores)),
            _text(mean(one.l1 for one in scores)),
            _text(max(one.l1 for one in scores)),
            _text(mean(one.ratio_error for one in scores), 2),
            f"{sum(one.falls > 0 for one in scores)}",
            _text(mean(one.false_full for one in scores)),
            _text(mean(one.frozen for one in scores), 2),
            _text(mean(one.within for one in scores), 2),
            _text(mean(one.covered for one in scores), 2),
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def worst_of(found: Evaluation, count: int = 10) -> str:
    runs = sorted(found.runs[UNSEEN], key=lambda run: -run.score.l1)[:count]
    named = (f"{run.trace.suite} {run.trace.name} sf{run.trace.size}: {run.score.l1:.3f}" for run in runs)
    return "worst: " + ", ".join(named)


def _text(value: float | None, digits: int = 3) -> str:
    return "" if value is None else f"{value:.{digits}f}"


if __name__ == "__main__":
    main()
