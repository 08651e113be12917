/** One event stream that is kept open while it is wanted, with asking at a slow pace as the net. */

import { probe } from "./probe";
import { streams } from "./reach";

const POLL_OPEN_MS = 60_000;
const POLL_BROKEN_MS = 5_000;
const REOPEN_MS = 3_000;
const HIDDEN_MS = 15_000; // a hidden page keeps its stream for so long: browsers allow few connections

export interface StreamPlan {
  url: string;
  /** What each kind of event does. */
  events: Record<string, (data: string) => void>;
  /** Ask for what a stream that is not open may have missed; also now and then while it is open. */
  poll: () => Promise<void> | void;
}

/** Keep a stream open; gives what closes it for good. */
export function keepStream(plan: StreamPlan): () => void {
  let source: EventSource | null = null;
  let lastId = "";
  let isOpen = false;
  let isBroken = false; // since it was last open
  let isClosed = false;
  let reopening: number | undefined;
  let polling: number | undefined;
  let hiding: number | undefined;

  function count(open: boolean): void {
    if (open === isOpen) return;
    isOpen = open;
    const { wanted, open: before } = streams.peek();
    streams.value = { wanted, open: before + (open ? 1 : -1) };
  }

  function schedulePoll(): void {
    clearTimeout(polling);
    if (isClosed || document.hidden) return;
    polling = window.setTimeout(() => void poll(), isOpen ? POLL_OPEN_MS : POLL_BROKEN_MS);
  }

  async function poll(): Promise<void> {
    try {
      await plan.poll();
    } catch {
      // What a call could not tell it has said already (reach.ts); the next one is asked for anyway.
    }
    schedulePoll();
  }

  function open(): void {
    clearTimeout(reopening);
    if (isClosed || source) return;
    const url = new URL(plan.url);
    if (lastId) url.searchParams.set("last_event_id", lastId);
    const opened = new EventSource(url);
    source = opened;
    opened.onopen = () => {
      count(true);
      if (isBroken)
        void poll(); // for what happened meanwhile
      else schedulePoll();
      isBroken = false;
    };
    opened.onerror = () => broken(opened);
    for (const [name, take] of Object.entries(plan.events)) {
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        if (event.lastEventId) lastId = event.lastEventId;
        take(event.data);
      });
    }
  }

  function broken(which: EventSource): void {
    if (which !== source) return;
    count(false);
    schedulePoll();
    isBroken = true;
    void probe();
    if (which.readyState === EventSource.CLOSED) {
      source = null; // refused: a browser does not try again by itself
      reopening = window.setTimeout(open, REOPEN_MS);
    }
  }

  function shut(): void {
    source?.close();
    source = null;
    clearTimeout(reopening);
  }

  function turned(): void {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = window.setTimeout(() => {
        shut();
        count(false);
      }, HIDDEN_MS);
    } else if (!source) {
      open();
      void poll();
    }
  }

  const { wanted, open: others } = streams.peek();
  streams.value = { wanted: wanted + 1, open: others };
  document.addEventListener("visibilitychange", turned);
  open();
  schedulePoll();

  return () => {
    isClosed = true;
    document.removeEventListener("visibilitychange", turned);
    clearTimeout(polling);
    clearTimeout(hiding);
    shut();
    count(false);
    const now = streams.peek();
    streams.value = { wanted: now.wanted - 1, open: now.open };
  };
}
