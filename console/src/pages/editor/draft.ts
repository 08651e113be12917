/** What is being written, kept in this browser for each project. */

import { project } from "../../api/client";

export interface Draft {
  sql: string;
  database: string;
  queue: string;
}

const EMPTY: Draft = { sql: "", database: "default", queue: "default" };

function key(): string {
  return `headway.draft.${project.peek()}`;
}

export function loadDraft(): Draft {
  const text = localStorage.getItem(key());
  if (text === null) return EMPTY;
  try {
    return { ...EMPTY, ...(JSON.parse(text) as Partial<Draft>) };
  } catch {
    return EMPTY; // written by something else
  }
}

/** Keep a draft; gives false when the browser has no room for it. */
export function saveDraft(draft: Draft): boolean {
  try {
    localStorage.setItem(key(), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** Give the address that opens a statement in the editor, after what is there. */
export function editorAddress(sql: string, database?: string): string {
  const query = new URLSearchParams({ sql, ...(database ? { database } : {}) });
  return `/editor?${query}`;
}
