import { useEffect, useState } from "preact/hooks";
import { ApiError, api } from "../../api/client";
import type { Databases, Queues } from "../../api/types";
import { databasesPath, useCatalog } from "../catalog/catalog";

export interface PlaceChoiceProps {
  database: string;
  queue: string;
  onChange: (changes: { database?: string; queue?: string }) => void;
}

/** Where statements run: in which database, through which queue. */
export function PlaceChoice({ database, queue, onChange }: PlaceChoiceProps) {
  const { data, waiting } = useCatalog<Databases>(databasesPath());
  const queues = useQueues();
  const databases = data?.databases.map(({ name }) => name) ?? [];
  return (
    <>
      <label class="place" title={waiting || undefined}>
        Database
        <select value={database} onChange={(event) => onChange({ database: event.currentTarget.value })}>
          {withCurrent(databases, database).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label class="place">
        Queue
        <select value={queue} onChange={(event) => onChange({ queue: event.currentTarget.value })}>
          {withCurrent(queues, queue).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
    </>
  );
}

function useQueues(): readonly string[] {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    let isOver = false;
    api<Queues>("/queues").then(
      ({ queues }) => {
        if (!isOver) setNames(queues.map(({ name }) => name));
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error; // without the list the chosen queue stays
      },
    );
    return () => {
      isOver = true;
    };
  }, []);
  return names;
}

function withCurrent(names: readonly string[], current: string): readonly string[] {
  return names.includes(current) ? names : [current, ...names];
}
