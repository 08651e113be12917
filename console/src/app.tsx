import { useEffect, useState } from "preact/hooks";
import { Redirect, Route, Router, Switch } from "wouter-preact";
import { address, navigate, useHashPath, useHashSearch } from "./address";
import { project } from "./api/client";
import { connection } from "./api/reach";
import { Page } from "./pages";
import { loadSession, session } from "./session";
import { Shell } from "./shell";
import { Empty } from "./ui/empty";
import { Failure } from "./ui/failure";
import { Loading } from "./ui/loading";

const SIGN_IN = "/sign-in";

/** The console: who is signed in sees the pages, everybody else is asked to sign in first. */
export function App() {
  const [failure, setFailure] = useState<unknown>(null);
  const isThere = connection.value !== "lost";

  useEffect(() => {
    if (session.peek() === undefined && isThere) loadSession().then(() => setFailure(null), setFailure);
  }, [isThere]); // asked for again when the service is back

  const isAtDoor = address.value.path === SIGN_IN;
  useEffect(() => {
    if (session.value === null && !isAtDoor) askToSignIn();
  }, [session.value, isAtDoor]);

  return (
    <Router hook={useHashPath} searchHook={useHashSearch}>
      {isAtDoor ? (
        <Page name="sign_in" />
      ) : session.value ? (
        <Shell key="shell">
          <Pages key={project.value} />
        </Shell>
      ) : failure !== null ? (
        <Failure error={failure} retry={() => location.reload()} />
      ) : (
        <Loading />
      )}
    </Router>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/jobs">
        <Page name="jobs" />
      </Route>
      <Route path="/jobs/:id">
        <Page name="job" />
      </Route>
      <Route path="/jobs/:id/results">
        <Page name="results" />
      </Route>
      <Route path="/editor">
        <Page name="editor" />
      </Route>
      <Route path="/catalog/:db?/:table?">
        <Page name="catalog" />
      </Route>
      <Route path="/engines">
        <Page name="engines" />
      </Route>
      <Route path="/">
        <Redirect to="/jobs" replace />
      </Route>
      <Route>
        <Empty title="There is no such page.">
          <a href="#/jobs">To the jobs</a>
        </Empty>
      </Route>
    </Switch>
  );
}

function askToSignIn(): void {
  const { path, search } = address.peek();
  const next = search ? `${path}?${search}` : path;
  navigate(next === "/" ? SIGN_IN : `${SIGN_IN}?next=${encodeURIComponent(next)}`, { replace: true });
}
