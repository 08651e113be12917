import { Link } from "wouter-preact";
import type { Queue, Queues } from "../../api/types";
import { Failure } from "../../ui/failure";
import { count } from "../../ui/format";
import { Loading } from "../../ui/loading";
import type { Repeated } from "./repeated";

/** The queues: how many jobs each takes, how many are in it. */
export function QueueTable({ queues }: { queues: Repeated<Queues> }) {
  const { value, failure } = queues;
  if (value === null)
    return failure === null ? <Loading /> : <Failure error={failure} retry={queues.hurry} />;
  return (
    <table class="queue-table">
      <thead>
        <tr>
          <th scope="col">Queue</th>
          <th scope="col">Running</th>
          <th scope="col">Waiting</th>
        </tr>
      </thead>
      <tbody>
        {value.queues.map((queue) => (
          <QueueRow key={queue.name} queue={queue} />
        ))}
      </tbody>
    </table>
  );
}

function QueueRow({ queue }: { queue: Queue }) {
  const jobs = `/jobs?queue=${encodeURIComponent(queue.name)}`;
  return (
    <tr>
      <th scope="row">
        <Link href={jobs}>{queue.name}</Link>
      </th>
      <td>
        <Fill what={`Running in ${queue.name}`} used={queue.running} size={queue.max_concurrent} />
      </td>
      <td>
        <Fill what={`Waiting in ${queue.name}`} used={queue.waiting} size={queue.max_waiting} />
      </td>
    </tr>
  );
}

function Fill({ what, used, size }: { what: string; used: number; size: number | null }) {
  if (size === null) return <>{count(used)}</>;
  return (
    <span class="queue-fill">
      <meter aria-label={what} min={0} max={Math.max(1, size)} value={used} />
      <span>
        {count(used)} of {count(size)}
      </span>
    </span>
  );
}
