import { useMemo } from "preact/hooks";
import type { Job } from "../../api/types";
import { now as clock } from "../../ui/clock";
import { ProgressCurve } from "./curve";
import { Facts } from "./facts";
import { FigureList } from "./figure_list";
import { Findings } from "./findings";
import { FirstRows } from "./first_rows";
import { Gantt } from "./gantt";
import { jobFigures } from "./job_figures";
import { JobHead } from "./job_head";
import type { JobSeen } from "./job_seen";
import { PlanTree } from "./plan_tree";
import { stageWork } from "./stage_work";
import { Statement } from "./statement";
import { axisOf } from "./time_axis";
import { useSparkPages } from "./use_spark_pages";
import { useWorkSelection } from "./work_selection";

/** All that is known of one job. */
export function JobView({ job, seen }: { job: Job; seen: JobSeen }) {
  const progress = seen.progress.value;
  const plan = seen.plan.value;
  const work = useMemo(() => stageWork(plan), [plan]);
  const selection = useWorkSelection();
  const pages = useSparkPages(job);
  // A job that has ended stands still: its page is not drawn again each second.
  const now = job.ended_at ?? Math.max(clock.value + seen.clockAhead.value, progress?.updated_at ?? 0);
  const isOver = job.ended_at !== null;
  const hasWork = progress !== null && (!isOver || progress.subjobs.length > 0);
  const hasCurve = progress !== null && job.started_at !== null && (!isOver || seen.samples.value.length > 0);
  const showStage = (stageId: number): void => {
    if (progress !== null) selection.showStage(progress, stageId);
  };
  return (
    <article class="job">
      <JobHead job={job} progress={progress} work={work} trouble={seen.trouble.value} />
      {job.state === "FAILED" && <Statement job={job} />}
      <section class="panel" aria-labelledby="figures-title">
        <h2 id="figures-title">Figures</h2>
        <FigureList figures={jobFigures(job, progress, now)} />
      </section>
      {hasWork && (
        <section class="panel" aria-labelledby="timeline-title">
          <h2 id="timeline-title">Timeline</h2>
          <Gantt job={job} progress={progress} work={work} now={now} selection={selection} pages={pages} />
        </section>
      )}
      {progress !== null && <Findings progress={progress} onShowStage={showStage} />}
      {hasCurve && (
        <section class="panel" aria-labelledby="curve-title">
          <h2 id="curve-title">Progress</h2>
          <ProgressCurve job={job} samples={seen.samples.value} axis={axisOf(job, progress, now)} />
        </section>
      )}
      <FirstRows job={job} />
      {plan !== null && plan.executions.length > 0 && (
        <section class="panel" aria-labelledby="plan-title">
          <h2 id="plan-title">Plan</h2>
          <PlanTree plan={plan} progress={progress} pages={pages} onShowStage={showStage} />
        </section>
      )}
      <div class="job-ends">
        {job.state !== "FAILED" && <Statement job={job} />}
        <Facts job={job} pages={pages} />
      </div>
    </article>
  );
}
