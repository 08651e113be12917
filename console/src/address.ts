/** The address within the page, `#/jobs?status=RUNNING`: a path, and a query that pages keep filters in. */

import { signal } from "@preact/signals";

export interface Address {
  path: string;
  /** Without the `?`. */
  search: string;
}

/** Read an address out of a location's hash. */
export function addressOf(hash: string): Address {
  const [path = "", ...rest] = hash.replace(/^#/, "").split("?");
  return { path: path.startsWith("/") ? path : `/${path}`, search: rest.join("?") };
}

/** Where the reader is. */
export const address = signal(addressOf(location.hash));

window.addEventListener("hashchange", () => {
  address.value = addressOf(location.hash);
});
window.addEventListener("popstate", () => {
  address.value = addressOf(location.hash);
});

/** Go to an address of the page: `navigate("/jobs/123")`; with `replace`, in place of this one. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const hash = `#${to}`;
  if (options.replace) history.replaceState(history.state, "", hash);
  else history.pushState(null, "", hash);
  address.value = addressOf(hash);
}

/** Give the address' query: a component that reads it is drawn again when it changes. */
export function query(): URLSearchParams {
  return new URLSearchParams(address.value.search);
}

/** Change parts of the query; null takes a part away. The entry in the browser's history is replaced. */
export function changeQuery(changes: Record<string, string | string[] | null>): void {
  const { path, search } = address.peek();
  const changed = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    changed.delete(name);
    for (const each of value === null ? [] : [value].flat()) changed.append(name, each);
  }
  const text = changed.toString();
  navigate(text ? `${path}?${text}` : path, { replace: true });
}

/** wouter's view of the address. */
export function useHashPath(): [string, typeof navigate] {
  return [address.value.path, navigate];
}
useHashPath.hrefs = (href: string): string => `#${href}`;

/** wouter's view of the query. */
export function useHashSearch(): string {
  return address.value.search;
}
