import { useEffect, useState } from "preact/hooks";

const PATIENCE_MS = 300; // what comes sooner needs no word

/** Says that something is on its way, if it takes long enough to be noticed. */
export function Loading({ what = "Loading…" }: { what?: string }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="loading" role="status">
      {isShown ? what : ""}
    </p>
  );
}
