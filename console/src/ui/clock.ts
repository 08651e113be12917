/** The time, once a second, for whatever counts: only while the page is seen. */

import { signal } from "@preact/signals";

/** Now, in epoch milliseconds; a component that reads it is drawn again each second. */
export const now = signal(Date.now());

function tick(): void {
  if (!document.hidden) now.value = Date.now();
}

setInterval(tick, 1_000);
document.addEventListener("visibilitychange", tick);
