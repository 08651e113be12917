import { useEffect, useState } from "preact/hooks";
import { probe } from "./api/probe";
import { connection } from "./api/reach";

const PROBE_MS = 2_000;
const BACK_MS = 4_000;

/** Says that the service does not answer, keeps asking, and says when it is back. */
export function ConnectionBanner() {
  const isLost = connection.value === "lost";
  const [isBack, setBack] = useState(false);

  useEffect(() => {
    if (!isLost) return;
    setBack(false);
    const timer = setInterval(() => void probe(), PROBE_MS);
    return () => {
      clearInterval(timer);
      setBack(true);
    };
  }, [isLost]);

  useEffect(() => {
    if (!isBack) return;
    const timer = setTimeout(() => setBack(false), BACK_MS);
    return () => clearTimeout(timer);
  }, [isBack]);

  return (
    <div class="banner-place" role="status" aria-live="polite">
      {isLost ? (
        <p class="banner banner-lost">The service does not answer: this may be old. Trying again…</p>
      ) : isBack ? (
        <p class="banner banner-back">The service is back.</p>
      ) : null}
    </div>
  );
}
