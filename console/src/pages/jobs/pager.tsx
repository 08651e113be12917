import { changeQuery } from "../../address";
import { count } from "../../ui/format";
import { PAGE_ROWS } from "./wanted";

/** Go to a page of the list. */
export function toPage(page: number): void {
  changeQuery({ page: page > 1 ? String(page) : null });
  window.scrollTo({ top: 0 });
}

/** Give how many pages there are; a list without jobs has one. */
export function pagesOf(total: number): number {
  return Math.max(1, Math.ceil(total / PAGE_ROWS));
}

/** Which part of the jobs is shown, and the ways to the others. */
export function Pager({ page, rows, total }: { page: number; rows: number; total: number }) {
  const last = pagesOf(total);
  const first = (page - 1) * PAGE_ROWS + 1;
  return (
    <nav class="pager" aria-label="Pages of jobs">
      <span class="pager-part">
        {rows
          ? `${count(first)}–${count(first + rows - 1)} of ${count(Math.max(total, first + rows - 1))}`
          : ""}
      </span>
      {last > 1 ? (
        <>
          <Step to={1} mark="«" name="First page" isOff={page <= 1} />
          <Step to={page - 1} mark="‹" name="Page before" isOff={page <= 1} />
          <Step to={page + 1} mark="›" name="Next page" isOff={page >= last} />
          <Step to={last} mark="»" name="Last page" isOff={page >= last} />
        </>
      ) : null}
    </nav>
  );
}

function Step({ to, mark, name, isOff }: { to: number; mark: string; name: string; isOff: boolean }) {
  return (
    <button type="button" aria-label={name} title={name} disabled={isOff} onClick={() => toPage(to)}>
      {mark}
    </button>
  );
}
