import { FigureList } from "./figure_list";
import { stageFigures } from "./stage_figures";
import type { SparkPages } from "./spark_pages";
import type { WorkRow } from "./work_rows";
import { rowName, rowOf, statusOf, tasksText, tookText } from "./work_text";

interface Props {
  row: WorkRow;
  now: number;
  work: string | undefined;
  pages: SparkPages | null;
  onClose: () => void;
}

/** What is known of the row that was chosen in the timeline. */
export function StageDetail({ row, now, work, pages, onClose }: Props) {
  const stage = row.kind === "stage" ? row.stage : null;
  return (
    <section class="stage-detail" aria-label={rowName(row)}>
      <header>
        <h3>{rowName(row)}</h3>
        <span class="job-quiet">
          {[rowOf(row), statusOf(row), tookText(row, now)].filter(Boolean).join(", ")}
        </span>
        {pages !== null && (
          <a
            href={stage === null ? pages.subjob(row.subjobId) : pages.stage(stage.stage_id, stage.attempt_id)}
            target="_blank"
            rel="noreferrer"
          >
            Spark's page
          </a>
        )}
        <button type="button" class="quiet" aria-label="Close the stage's figures" onClick={onClose}>
          Close
        </button>
      </header>
      {work !== undefined && <p>{work}</p>}
      <FigureList figures={stage === null ? [["Tasks", tasksText(row)]] : stageFigures(stage)} />
      {row.findings.map((finding) => (
        <p key={finding.kind} class={`finding is-${finding.severity}`}>
          {finding.text}.
        </p>
      ))}
      {stage !== null && stage.name !== "" && <p class="stage-call job-quiet">{stage.name}</p>}
    </section>
  );
}
