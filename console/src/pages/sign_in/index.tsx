import { useEffect, useRef, useState } from "preact/hooks";
import { navigate, query } from "../../address";
import { ApiError } from "../../api/client";
import { ConnectionBanner } from "../../connection_banner";
import { session, signIn } from "../../session";
import { sentenceOf } from "../../ui/failure";
import "./sign_in.css";

/** The door: a link's code signs in by itself, a token can be pasted. */
export default function SignInPage() {
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  const tried = useRef("");
  const code = query().get("code");

  async function enter(secret: { code: string } | { token: string }): Promise<void> {
    setBusy(true);
    setFailure("");
    const next = query().get("next");
    try {
      await signIn(secret);
      navigate(next?.startsWith("/") ? next : "/jobs", { replace: true });
    } catch (error) {
      setFailure(whyNot(error, "code" in secret));
      setBusy(false);
    }
  }

  useEffect(() => {
    if (!code || code === tried.current) return;
    tried.current = code; // it holds once
    void enter({ code });
  }, [code]);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem("token") as HTMLInputElement;
    void enter({ token: field.value.trim() });
  }

  return (
    <main class="door">
      <ConnectionBanner />
      <div class="door-panel panel">
        <h1>Headway</h1>
        {isBusy ? (
          <p role="status">Signing in…</p>
        ) : (
          <>
            {failure ? (
              <p class="failure" role="alert">
                {failure}
              </p>
            ) : null}
            {session.value ? (
              <p>
                You are signed in. <a href="#/jobs">To the jobs</a>
              </p>
            ) : null}
            <p>
              Open the link that <code>headway serve</code> printed, or run <code>headway console</code> for a
              new one.
            </p>
            <form onSubmit={submit}>
              <label for="token">Or paste a token</label>
              <div class="door-token">
                <input
                  id="token"
                  name="token"
                  type="password"
                  autocomplete="off"
                  spellcheck={false}
                  required
                />
                <button type="submit" class="primary">
                  Sign in
                </button>
              </div>
            </form>
          </>
        )}
      </div>
    </main>
  );
}

function whyNot(error: unknown, isCode: boolean): string {
  if (error instanceof ApiError && (error.status === 400 || error.status === 401)) {
    return isCode
      ? "This link was used already, or is too old. A link works once, for 15 minutes."
      : "This token is not known, or no longer valid.";
  }
  return sentenceOf(error);
}
