import type { JobState } from "../api/types";
import type { BarTone } from "./estimate_bar";

const WORDS: Record<JobState, string> = {
  QUEUED: "Queued",
  LAUNCHING: "Starting",
  RUNNING: "Running",
  CANCELLING: "Cancelling",
  FINISHED: "Finished",
  FAILED: "Failed",
  CANCELLED: "Cancelled",
};

const TONES: Record<JobState, BarTone> = {
  QUEUED: "waiting",
  LAUNCHING: "waiting",
  RUNNING: "running",
  CANCELLING: "cancelled",
  FINISHED: "finished",
  FAILED: "failed",
  CANCELLED: "cancelled",
};

/** Give the tone that a state has wherever it is shown. */
export function toneOf(state: JobState): BarTone {
  return TONES[state];
}

/** Give the word for a state. */
export function stateWord(state: JobState): string {
  return WORDS[state];
}

/** A job's state as a mark and a word; the mark's shape tells it without colour. */
export function Status({ state, reason }: { state: JobState; reason?: string | null }) {
  return (
    <span class={`status tone-${TONES[state]}`} title={reason ?? undefined}>
      <svg class={`status-mark mark-${state.toLowerCase()}`} viewBox="0 0 12 12" aria-hidden="true">
        <Mark state={state} />
      </svg>
      {WORDS[state]}
    </span>
  );
}

function Mark({ state }: { state: JobState }) {
  switch (state) {
    case "FINISHED":
      return <path d="M2.5 6.5 5 9l4.5-6" />;
    case "FAILED":
      return <path d="M3 3l6 6M9 3 3 9" />;
    case "CANCELLED":
      return <path d="M2.5 6h7" />;
    case "RUNNING":
      return <circle cx="6" cy="6" r="4" stroke-dasharray="17 8" />;
    case "CANCELLING":
      return <path d="M3.5 3.5h5v5h-5z" />;
    default:
      return <circle cx="6" cy="6" r="3.5" />;
  }
}
