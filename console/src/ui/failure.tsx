import { ApiError } from "../api/client";

/** Give the sentence of anything that was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What went wrong, said where it happened, with a way to try again. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const code = error instanceof ApiError && error.status > 0 ? error.code : "";
  return (
    <div class="failure" role="alert">
      <span class="failure-text">{sentenceOf(error)}</span>
      {code ? <span class="failure-code">{code}</span> : null}
      {retry ? (
        <button type="button" onClick={retry}>
          Try again
        </button>
      ) : null}
    </div>
  );
}
