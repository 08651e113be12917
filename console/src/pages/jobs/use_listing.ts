/** The wanted page of jobs, live. */

import { useEffect, useRef, useState } from "preact/hooks";
import { api, isAborted } from "../../api/client";
import { connection, watchProject } from "../../api/events";
import type { BriefProgress, Jobs, Progress } from "../../api/types";
import { type Listing, NOTHING, isStale, loaded, polled, withJob, withProgress } from "./listing";
import { type Wanted, callFor } from "./wanted";

const SETTLE_MS = 500; // news are brought in at most so often
const ASKED_MOST = 10; // jobs whose progress is asked for one by one when no events come

export interface LiveListing {
  listing: Listing;
  /** The page that is shown, from 1. */
  page: number;
  /** Whether what is shown is not yet what is wanted. */
  isLoading: boolean;
  failure: unknown;
  /** Read the page again: news are shown, what does not match any more goes. */
  reload: () => void;
}

/**
 * Show a page of jobs and keep it true. Rows are changed in place; others come and go only by `reload`, or
 * when the reader is seen to be at rest.
 */
export function useListing(wanted: Wanted, isResting: () => boolean): LiveListing {
  const call = callFor(wanted);
  const [listing, setListing] = useState(NOTHING);
  const [shown, setShown] = useState({ call: "", page: 1 });
  const [failure, setFailure] = useState<unknown>(null);
  const newest = useRef({ wanted, listing, shown, read });
  newest.current = { wanted, listing, shown, read };
  const asking = useRef<AbortController>();

  function read(): void {
    asking.current?.abort();
    const mine = new AbortController();
    asking.current = mine;
    const answered = () => {
      if (asking.current === mine) asking.current = undefined;
    };
    const answer = api<Jobs>(call, { signal: mine.signal }).finally(answered);
    answer.then(
      (page) => {
        setListing((before) => loaded(before, page, Date.now()));
        setShown({ call, page: wanted.page });
        setFailure(null);
      },
      (error: unknown) => {
        if (!isAborted(error)) setFailure(error);
      },
    );
  }

  useEffect(() => {
    read();
    return () => asking.current?.abort();
  }, [call]);

  useEffect(
    () =>
      watchProject({
        onJob: (job) => setListing((before) => withJob(before, job, newest.current.wanted, Date.now())),
        onProgress: (progress) => setListing((before) => withProgress(before, progress)),
        onRefresh: async () => {
          const { wanted: asked, shown: before, read: readAgain } = newest.current;
          if (before.call !== callFor(asked)) return readAgain();
          const page = await api<Jobs>(callFor(asked));
          if (callFor(newest.current.wanted) !== callFor(asked)) return;
          setFailure(null);
          setListing((known) => polled(known, page, asked, Date.now()));
          if (connection.peek() !== "live") {
            for (const brief of await progressOf(newest.current.listing)) {
              setListing((known) => withProgress(known, brief));
            }
          }
        },
      }),
    [],
  );

  const mustSettle = isStale(listing);
  useEffect(() => {
    if (!mustSettle) return;
    const timer = setInterval(() => {
      if (!asking.current && isResting()) newest.current.read();
    }, SETTLE_MS);
    return () => clearInterval(timer);
  }, [mustSettle, call]);

  return { listing, page: shown.page, isLoading: shown.call !== call, failure, reload: read };
}

async function progressOf(listing: Listing): Promise<BriefProgress[]> {
  const running = listing.rows.filter(({ job }) => job.status === "RUNNING").slice(0, ASKED_MOST);
  const answers = await Promise.allSettled(
    running.map(({ job }) => api<Progress>(`/jobs/${encodeURIComponent(job.job_id)}/progress`)),
  );
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [briefOf(answer.value)] : []));
}

function briefOf({ job_id, estimate, phase }: Progress): BriefProgress {
  const { fraction, low, high, remaining_seconds } = estimate;
  return { job_id, fraction, low, high, remaining_seconds: remaining_seconds?.likely ?? null, phase };
}
