/** A call that the service refused, or that did not reach it (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    /** The error's name, for example `NotFound`. */
    readonly code: string,
    message: string,
    /** When to come back, in seconds; null: the service did not say. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** Tell whether a call was given up by who asked for it. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Give the error of an answer that is not 2xx. */
export async function errorOf(answer: Response): Promise<ApiError> {
  const text = await answer.text();
  const after = Number(answer.headers.get("Retry-After") ?? NaN);
  const { code, message } = told(text);
  return new ApiError(
    answer.status,
    code,
    message || `${answer.status} ${answer.statusText}`.trim(),
    Number.isFinite(after) ? after : null,
  );
}

function told(text: string): { code: string; message: string } {
  try {
    const body = JSON.parse(text) as { error_code?: unknown; error_msg?: unknown };
    return { code: String(body.error_code ?? ""), message: String(body.error_msg ?? "") };
  } catch {
    return { code: "", message: text.slice(0, 500) }; // a proxy's page, say
  }
}
