import type { Finding, Progress } from "../../api/types";
import { placeOfStage } from "./work_rows";

interface Props {
  progress: Progress;
  onShowStage: (stageId: number) => void;
}

/** What makes the job slow, a sentence each; those of a stage lead to it in the timeline. */
export function Findings({ progress, onShowStage }: Props) {
  if (progress.findings.length === 0) {
    return null;
  }
  return (
    <section class="panel" aria-labelledby="findings-title">
      <h2 id="findings-title">Findings</h2>
      <ul class="findings">
        {progress.findings.map((finding, at) => (
          <li key={`${finding.kind}-${finding.stage_id ?? at}`} class={`finding is-${finding.severity}`}>
            <span class="finding-word">{finding.severity === "warning" ? "Warning" : "Note"}</span>
            <span>{finding.text}.</span>
            <StageLink finding={finding} progress={progress} onShowStage={onShowStage} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function StageLink({ finding, progress, onShowStage }: Props & { finding: Finding }) {
  const { stage_id } = finding;
  if (stage_id === null || placeOfStage(progress, stage_id) === null) {
    return null;
  }
  return (
    <button type="button" class="link" onClick={() => onShowStage(stage_id)}>
      Show stage {stage_id}
    </button>
  );
}
