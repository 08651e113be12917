import { useEffect } from "preact/hooks";
import { useParams } from "wouter-preact";
import type { Job, Progress } from "../../api/types";
import { ApiError } from "../../api/client";
import { Empty } from "../../ui/empty";
import { Failure } from "../../ui/failure";
import { percent } from "../../ui/format";
import { Loading } from "../../ui/loading";
import { stateWord } from "../../ui/status";
import { useJobSeen } from "./job_seen";
import { JobView } from "./job_view";
import "./job.css";

/** The page of one job: how far it is and what it does, while it runs and for as long as it is kept. */
export default function JobPage() {
  const { id = "" } = useParams<{ id: string }>();
  return <OneJob key={id} jobId={id} />;
}

function OneJob({ jobId }: { jobId: string }) {
  const seen = useJobSeen(jobId);
  const job = seen.job.value;
  const failure = seen.failure.value;
  useTitle(job, seen.progress.value);
  if (job !== null) return <JobView job={job} seen={seen} />;
  if (failure instanceof ApiError && failure.status === 404) {
    return (
      <Empty title="There is no such job.">
        <p>It may have been so long ago that it is not kept any more.</p>
        <a href="#/jobs">To the jobs</a>
      </Empty>
    );
  }
  return failure === null ? <Loading /> : <Failure error={failure} />;
}

/** Let the browser's tab tell how far the job is. */
function useTitle(job: Job | null, progress: Progress | null): void {
  const said = job === null ? "" : titleOf(job, progress);
  useEffect(() => {
    if (said !== "") document.title = `${said} · Headway`;
  }, [said]);
  useEffect(
    () => () => {
      document.title = "Headway";
    },
    [],
  );
}

function titleOf(job: Job, progress: Progress | null): string {
  const short = job.statement.trim().replace(/\s+/g, " ").slice(0, 60);
  const isCounted = job.state === "RUNNING" && progress !== null;
  return `${isCounted ? percent(progress.estimate.fraction) : stateWord(job.state)} · ${short}`;
}
