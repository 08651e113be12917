"""Scores the estimator and its peers on the recorded traces and writes docs/progress.md's table and picture.

``python -m bench.progress_accuracy``; ``python -m bench.progress_accuracy.record`` records traces anew.
"""

import re
import sys
from pathlib import Path

from bench.progress_accuracy.evaluate import TRACES, UNSEEN, Evaluation, evaluate, load, mean
from bench.progress_accuracy.picture import draw

ROOT = Path(__file__).parents[2]
PAGE, PICTURE = ROOT / "docs" / "progress.md", ROOT / "docs" / "images" / "progress.svg"
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


def main() -> None:
    found = evaluate(load(sorted(TRACES.glob("*.xz"))))
    table = table_of(found)
    print(table)
    print(worst_of(found))
    PICTURE.write_text(draw(found), "utf-8")
    text = PAGE.read_text("utf-8")
    PAGE.write_text(_TABLE.sub(f"<!-- accuracy -->\n{table}\n<!-- /accuracy -->", text), "utf-8")
    sys.exit(0)


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
