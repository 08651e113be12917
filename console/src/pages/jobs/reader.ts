/** Where the reader is in the list: rows must not move under a pointer or a focus. */

const TOP_PX = 8;

/** Tell whether rows may come and go: nobody points at them, none is focused, and the list's top is seen. */
export function isAtRest(table: HTMLTableElement | null): boolean {
  if (document.querySelector("dialog[open]")) return false;
  if (table === null) return true;
  const isRead = table.matches(":hover") || table.contains(document.activeElement);
  return !isRead && window.scrollY < TOP_PX;
}

/** Give the id of the job whose row has the focus. */
export function focusedJob(table: HTMLTableElement | null): string | undefined {
  return focusedRow(table)?.dataset.job;
}

/** Focus the next row, or with -1 the one before; without a focus the first or the last. */
export function focusNext(table: HTMLTableElement | null, step: 1 | -1): void {
  const rows = [...(table?.querySelectorAll<HTMLTableRowElement>("tr[data-job]") ?? [])];
  const here = rows.indexOf(focusedRow(table) as HTMLTableRowElement);
  const next = here < 0 ? rows.at(step > 0 ? 0 : -1) : rows[here + step];
  next?.querySelector<HTMLElement>(".job-statement a")?.focus();
}

function focusedRow(table: HTMLTableElement | null): HTMLTableRowElement | null {
  const focused = document.activeElement;
  return focused && table?.contains(focused) ? focused.closest<HTMLTableRowElement>("tr[data-job]") : null;
}
