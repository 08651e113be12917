/** Keys that do something, by the page that has them; `?` shows them all. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

export interface Shortcut {
  /** As pressed: `j`, `Enter`, `?`, or two keys one after the other: `g j`. */
  keys: string;
  does: string;
  run: (event: KeyboardEvent) => void;
}

export interface Section {
  title: string;
  shortcuts: readonly Shortcut[];
}

/** What holds now; the last section comes first when two have the same keys. */
export const sections = signal<readonly Section[]>([]);

const SEQUENCE_MS = 1_000;

/** Let keys work while a component is there. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const newest = useRef(shortcuts);
  newest.current = shortcuts;
  useEffect(() => {
    // The list holds calls of the newest closures: a key must not act on what was there before.
    const section: Section = {
      title,
      shortcuts: shortcuts.map((each, index) => ({
        ...each,
        run: (event) => newest.current[index]?.run(event),
      })),
    };
    sections.value = [...sections.peek(), section];
    return () => {
      sections.value = sections.peek().filter((each) => each !== section);
    };
  }, [title]);
}

let before = { key: "", at: 0 };

/** Find what a key press does, given the one before it. */
export function shortcutFor(key: string, earlier: string): Shortcut | undefined {
  const all = sections
    .peek()
    .toReversed()
    .flatMap((section) => section.shortcuts);
  return (
    (earlier ? all.find((each) => each.keys === `${earlier} ${key}`) : undefined) ??
    all.find((each) => each.keys === key)
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest("input, textarea, select, [role=textbox], .cm-editor") !== null)
  );
}

window.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (
    event.key === "Enter" &&
    event.target instanceof HTMLElement &&
    event.target.closest("a, button, summary")
  )
    return;
  const earlier = event.timeStamp - before.at < SEQUENCE_MS ? before.key : "";
  before = { key: event.key, at: event.timeStamp };
  const found = shortcutFor(event.key, earlier);
  if (!found) return;
  event.preventDefault();
  before = { key: "", at: 0 };
  found.run(event);
});
