/** How much of a grid can be selected and copied. */

/** Rows that can be selected at once: as many as one page of the API may hold. */
export const MOST_SELECTED = 10_000;

/** What a copy came to. */
export type Copied =
  | { kind: "copied"; rows: number; columns: number }
  | { kind: "missing" } // rows that are not here yet
  | { kind: "nothing" };
