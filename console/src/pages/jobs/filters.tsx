import { useEffect, useRef, useState } from "preact/hooks";
import { changeQuery } from "../../address";
import { api } from "../../api/client";
import type { Queues } from "../../api/types";
import { userName } from "../../session";
import { STATUSES, type Wanted, isFiltered } from "./wanted";

const TYPING_MS = 300;

/** Change what is wanted; from there one begins at the first page. */
export function want(changes: Record<string, string | string[] | null>): void {
  changeQuery({ ...changes, page: null });
}

/** What the list shows: statuses, queue, owner, and words of the statement. All of it is in the address. */
export function Filters({ wanted }: { wanted: Wanted }) {
  const queues = useQueueNames(wanted.queue);
  return (
    <form class="filters" role="search" aria-label="Jobs" onSubmit={(event) => event.preventDefault()}>
      <fieldset class="chips">
        <legend class="visually-hidden">Status</legend>
        {STATUSES.map(([status, word]) => (
          <label class="chip" key={status}>
            <input
              type="checkbox"
              checked={wanted.statuses.includes(status)}
              onChange={(event) =>
                want({ status: toggled(wanted.statuses, status, event.currentTarget.checked) })
              }
            />
            {word}
          </label>
        ))}
      </fieldset>
      <TextFilter name="search" label="Search statements" type="search" value={wanted.search} id="search" />
      <select
        aria-label="Queue"
        value={wanted.queue}
        onChange={(event) => want({ queue: event.currentTarget.value || null })}
      >
        <option value="">All queues</option>
        {queues.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <TextFilter name="owner" label="Owner" type="text" value={wanted.owner} />
      {userName() && wanted.owner !== userName() ? (
        <button type="button" class="quiet" onClick={() => want({ owner: userName() })}>
          Mine
        </button>
      ) : null}
      {isFiltered(wanted) ? (
        <button type="button" class="quiet" onClick={clearFilters}>
          Clear
        </button>
      ) : null}
    </form>
  );
}

/** Want every job. */
export function clearFilters(): void {
  want({ status: null, queue: null, owner: null, search: null });
}

interface TextFilterProps {
  name: "search" | "owner";
  label: string;
  type: "search" | "text";
  value: string;
  id?: string;
}

/** A field that is heard once the typing rests. */
function TextFilter({ name, label, type, value, id }: TextFilterProps) {
  const [text, setText] = useState(value);
  const waiting = useRef<number>();
  useEffect(() => {
    clearTimeout(waiting.current);
    setText(value);
  }, [value]); // the address was changed elsewhere

  function typed(entered: string): void {
    setText(entered);
    clearTimeout(waiting.current);
    waiting.current = window.setTimeout(() => want({ [name]: entered || null }), TYPING_MS);
  }

  return (
    <input
      id={id}
      class={`filter-${name}`}
      type={type}
      aria-label={label}
      placeholder={label}
      value={text}
      maxLength={1024}
      autocomplete="off"
      spellcheck={false}
      onInput={(event) => typed(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}

/** The project's queues, and the wanted one in any case. */
function useQueueNames(wanted: string): string[] {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    const asking = new AbortController();
    api<Queues>("/queues", { signal: asking.signal }).then(
      ({ queues }) => setNames(queues.map((queue) => queue.name)),
      () => undefined, // the choice is then only what the address says
    );
    return () => asking.abort();
  }, []);
  return !wanted || names.includes(wanted) ? names : [...names, wanted];
}

function toggled<T extends string>(all: readonly T[], one: T, isIn: boolean): T[] {
  return isIn ? [...all, one] : all.filter((each) => each !== one);
}
