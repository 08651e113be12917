import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { address, navigate } from "./address";
import { project } from "./api/client";
import { ConnectionBanner } from "./connection_banner";
import { chooseProject, session, signOut, userName } from "./session";
import { ShortcutHelp } from "./shortcut_help";
import { useShortcuts } from "./shortcuts";
import { Failure } from "./ui/failure";
import { theme, turnTheme } from "./ui/theme";

const PLACES = [
  { path: "/jobs", name: "Jobs", key: "j" },
  { path: "/editor", name: "Editor", key: "e" },
  { path: "/catalog", name: "Catalog", key: "c" },
  { path: "/engines", name: "Engines", key: "n" },
] as const;

const THEMES = { auto: "As the system", light: "Light", dark: "Dark" } as const;

/** What stands around every page: where one can go, whose jobs these are, whether the service is there. */
export function Shell({ children }: { children: ComponentChildren }) {
  const [isHelping, setHelping] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  useShortcuts("Everywhere", [
    { keys: "?", does: "Show this overview", run: () => setHelping(true) },
    ...PLACES.map(({ path, name, key }) => ({
      keys: `g ${key}`,
      does: `Go to ${name}`,
      run: () => navigate(path),
    })),
    { keys: "t", does: "Turn light and dark", run: turnTheme },
  ]);
  return (
    <>
      <header class="shell">
        <a class="skip-link" href={`#${address.value.path}`} onClick={skip}>
          Skip to the page
        </a>
        <Link href="/jobs" class="brand">
          <Logo />
          Headway
        </Link>
        <nav aria-label="Pages">
          {PLACES.map(({ path, name }) => (
            <Link key={path} href={path} aria-current={isWithin(path) ? "page" : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <div class="shell-end">
          <ProjectSwitcher />
          <button
            type="button"
            class="quiet"
            onClick={turnTheme}
            aria-label={`Colours: ${THEMES[theme.value]}. Change`}
            title={`Colours: ${THEMES[theme.value]}`}
          >
            <ThemeMark />
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => setHelping(true)}
            aria-label="Keys"
            title="Keys (?)"
          >
            ?
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => void signOut().catch(setFailure)}
            title={`Signed in as ${userName()}`}
          >
            Sign out
          </button>
        </div>
      </header>
      <ConnectionBanner />
      <main id="page" tabIndex={-1}>
        {failure === null ? null : <Failure error={failure} />}
        {children}
      </main>
      {isHelping ? <ShortcutHelp onClose={() => setHelping(false)} /> : null}
    </>
  );
}

function ProjectSwitcher() {
  const projects = session.value?.projects ?? [];
  if (projects.length < 2) {
    return (
      <span class="project" title={`Project ${project.value}`}>
        {userName()}
      </span>
    );
  }
  return (
    <select
      class="project"
      aria-label="Project"
      value={project.value}
      onChange={(event) => switchTo(event.currentTarget.value)}
    >
      {projects.map((each) => (
        <option key={each.project_id} value={each.project_id}>
          {each.project_id}
        </option>
      ))}
    </select>
  );
}

/** Another project has other jobs and tables: one begins at the top of the place where one is. */
function switchTo(id: string): void {
  const [, place = "jobs"] = address.peek().path.split("/");
  chooseProject(id);
  navigate(`/${place}`);
}

function isWithin(path: string): boolean {
  const here = address.value.path;
  return here === path || here.startsWith(`${path}/`);
}

function skip(event: Event): void {
  event.preventDefault(); // the hash is the address of the page
  document.getElementById("page")?.focus();
}

function Logo() {
  return (
    <svg viewBox="0 0 20 16" width="20" height="16" aria-hidden="true">
      <rect width="20" height="4" rx="2" fill="currentColor" />
      <rect y="6" width="14" height="4" rx="2" fill="currentColor" />
      <rect x="14" y="6" width="6" height="4" rx="2" fill="currentColor" opacity=".35" />
      <rect y="12" width="8" height="4" rx="2" fill="currentColor" />
    </svg>
  );
}

function ThemeMark() {
  return (
    <svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true">
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" />
      {theme.value === "light" ? null : (
        <path
          d={theme.value === "dark" ? "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12" : "M8 2a6 6 0 0 0 0 12z"}
          fill="currentColor"
        />
      )}
    </svg>
  );
}
