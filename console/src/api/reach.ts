/** Whether the service can be reached: `live` by events, `polling` by asking, `lost` not at all. */

import { computed, signal } from "@preact/signals";

export type Connection = "live" | "polling" | "lost";

const isReached = signal(true);

/** How many event streams are wanted, and how many of them are open. */
export const streams = signal({ wanted: 0, open: 0 });

export const connection = computed<Connection>(() => {
  if (!isReached.value) return "lost";
  return streams.value.open === streams.value.wanted ? "live" : "polling";
});

/** Rises each time the session turns out to have ended. */
export const signOuts = signal(0);

export function reached(): void {
  isReached.value = true;
}

export function unreachable(): void {
  isReached.value = false;
}

export function signedOut(): void {
  signOuts.value += 1;
}
