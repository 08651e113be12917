import { describe, expect, it } from "vitest";
import type { BriefProgress, Job } from "../../api/types";
import { aJob } from "../job/scene";
import { type Listing, NOTHING, isStale, loaded, polled, withJob, withProgress } from "./listing";
import { PAGE_ROWS, wantedOf } from "./wanted";

const all = wantedOf(new URLSearchParams());
const running = wantedOf(new URLSearchParams("status=RUNNING"));

function job(id: string, submittedAt: number, more: Partial<Job> = {}): Job {
  return aJob({ job_id: id, submitted_at: submittedAt, ...more });
}

function page(...jobs: Job[]): Listing {
  return loaded(NOTHING, { total: jobs.length, jobs }, 0);
}

function ids(listing: Listing): string[] {
  return listing.rows.map((row) => row.job.job_id);
}

function brief(id: string, fraction: number): BriefProgress {
  return { job_id: id, fraction, low: fraction, high: 1, remaining_seconds: 5, phase: "running" };
}

const FINISHED = { status: "FINISHED", state: "FINISHED", ended_at: 9 } as const;

describe("news of a job that is shown", () => {
  it("change its row where it stands", () => {
    const after = withJob(page(job("b", 2), job("a", 1)), job("a", 1, FINISHED), all, 7);
    expect(ids(after)).toEqual(["b", "a"]);
    expect(after.rows[1]).toEqual({ job: job("a", 1, FINISHED), heardAt: 7 });
    expect(isStale(after)).toBe(false);
  });

  it("leave the row even if it does not match any more, until the page is read again", () => {
    const after = withJob(page(job("b", 2), job("a", 1)), job("a", 1, FINISHED), running, 7);
    expect(ids(after)).toEqual(["b", "a"]);
    expect([...after.gone]).toEqual(["a"]);
    expect(ids(loaded(after, { total: 1, jobs: [job("b", 2)] }, 8))).toEqual(["b"]);
  });

  it("are passed over when they are older than what is known", () => {
    const ended = page(job("a", 1, FINISHED));
    expect(withJob(ended, job("a", 1), all, 7).rows[0]?.job.state).toBe("FINISHED");
    const again = page(job("a", 1, { state: "LAUNCHING", status: "LAUNCHING", attempt: 2 }));
    expect(withJob(again, job("a", 1), all, 7).rows[0]?.job.attempt).toBe(2);
    expect(loaded(ended, { total: 1, jobs: [job("a", 1)] }, 8).rows[0]?.job.state).toBe("FINISHED");
  });
});

describe("a job that is not shown", () => {
  it("is announced once, and no row moves", () => {
    let listing = page(job("a", 1));
    listing = withJob(listing, job("b", 2, { state: "QUEUED", status: "LAUNCHING" }), all, 7);
    listing = withJob(listing, job("b", 2), all, 8);
    expect(ids(listing)).toEqual(["a"]);
    expect([...listing.fresh]).toEqual(["b"]);
  });

  it("is announced when it comes to match, and no more when it ceases to", () => {
    const seen = withJob(page(job("a", 1)), job("b", 2), running, 7);
    expect([...seen.fresh]).toEqual(["b"]);
    expect(isStale(withJob(seen, job("b", 2, FINISHED), running, 8))).toBe(false);
  });

  it("is not announced when it is of an older page, or the reader is not on the first", () => {
    const full = page(...Array.from({ length: PAGE_ROWS }, (_, index) => job(`j${index}`, 1_000 - index)));
    expect(isStale(withJob(full, job("old", 5), all, 7))).toBe(false);
    expect(isStale(withJob(full, job("new", 2_000), all, 7))).toBe(true);
    expect(isStale(withJob(full, job("new", 2_000), { ...all, page: 2 }, 7))).toBe(false);
  });
});

describe("progress", () => {
  it("is kept for each job until it ends, also over reading the page again", () => {
    const seen = loaded(
      withProgress(page(job("a", 1)), brief("a", 0.4)),
      { total: 1, jobs: [job("a", 1)] },
      1,
    );
    expect(seen.progress.get("a")?.fraction).toBe(0.4);
    const ended = withJob(seen, job("a", 1, FINISHED), all, 7);
    expect(ended.progress.size).toBe(0);
    expect(withProgress(ended, brief("a", 0.5)).progress.size).toBe(0);
  });
});

describe("the net under the events", () => {
  it("updates what is shown, announces what is not, and counts", () => {
    const after = polled(page(job("a", 1)), { total: 7, jobs: [job("b", 2), job("a", 1, FINISHED)] }, all, 9);
    expect(ids(after)).toEqual(["a"]);
    expect(after.rows[0]?.job.state).toBe("FINISHED");
    expect([...after.fresh]).toEqual(["b"]);
    expect(after.total).toBe(7);
  });
});
