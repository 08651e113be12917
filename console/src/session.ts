/** Who is signed in, and for which projects. */

import { effect, signal } from "@preact/signals";
import { ApiError, project } from "./api/client";
import { besidePage, jsonOf, send } from "./api/http";
import { signOuts } from "./api/reach";

export interface Membership {
  project_id: string;
  user_name: string;
}

export interface Session {
  version: string;
  projects: Membership[];
}

/** `undefined`: not known yet; `null`: nobody is signed in. */
export const session = signal<Session | null | undefined>(undefined);

const KEY = "headway.project";

/** Ask who is signed in; throws `ApiError` when that cannot be told. */
export async function loadSession(): Promise<void> {
  try {
    take(await jsonOf<Session>(await send(besidePage("session"))));
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
    session.value = null;
  }
}

/** Sign in by a link's code or by a token; throws `ApiError`. */
export async function signIn(secret: { code: string } | { token: string }): Promise<void> {
  await send(besidePage("session"), { method: "POST", body: secret });
  await loadSession();
}

export async function signOut(): Promise<void> {
  await send(besidePage("session"), { method: "DELETE" });
  session.value = null;
}

/** Look at another project of the session. */
export function chooseProject(id: string): void {
  project.value = id;
  sessionStorage.setItem(KEY, id); // this tab's choice; the other is for new tabs
  localStorage.setItem(KEY, id);
}

/** The name under which the session speaks for the project. */
export function userName(): string {
  return session.value?.projects.find((each) => each.project_id === project.value)?.user_name ?? "";
}

function take(found: Session): void {
  const ids = found.projects.map((each) => each.project_id);
  const wanted = [project.peek(), sessionStorage.getItem(KEY), localStorage.getItem(KEY), ids[0]];
  project.value = wanted.find((id) => id && ids.includes(id)) ?? "";
  session.value = ids.length ? found : null;
}

effect(() => {
  if (signOuts.value > 0) session.value = null;
});
