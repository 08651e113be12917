/** Light or dark, and the colours of the theme for what is drawn on a canvas. */

import { effect, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const KEY = "headway.theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");

/** What the reader chose; `auto` follows the system. */
export const theme = signal<Theme>(stored());

/** Whether the page is dark now; charts that read it are drawn again when it changes. */
export const isDark = signal(false);

function stored(): Theme {
  const found = localStorage.getItem(KEY);
  return found === "light" || found === "dark" ? found : "auto";
}

/** Go to the next choice. */
export function turnTheme(): void {
  theme.value = theme.value === "auto" ? "light" : theme.value === "light" ? "dark" : "auto";
  localStorage.setItem(KEY, theme.value);
}

function apply(): void {
  if (theme.value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
  isDark.value = theme.value === "auto" ? system.matches : theme.value === "dark";
}

effect(apply);
system.addEventListener("change", apply);

/** Give a colour of tokens.css as the browser resolves it now: `colour("--accent")` → `rgb(…)`. */
export function colour(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
