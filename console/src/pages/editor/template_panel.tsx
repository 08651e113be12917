import { useEffect, useState } from "preact/hooks";
import { api } from "../../api/client";
import type { Template, Templates } from "../../api/types";
import { Confirm } from "../../ui/dialog";
import { Empty } from "../../ui/empty";
import { Failure } from "../../ui/failure";
import { exactly, when } from "../../ui/format";
import { Loading } from "../../ui/loading";

export interface TemplatePanelProps {
  onInsert: (sql: string) => void;
  /** What is saved: the text of the editor. */
  current: () => { sql: string; current_db: string };
}

/** Statements that the project keeps by name. */
export function TemplatePanel({ onInsert, current }: TemplatePanelProps) {
  const [templates, setTemplates] = useState<readonly Template[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [leaving, setLeaving] = useState<Template | null>(null);

  async function load(): Promise<void> {
    setTemplates((await api<Templates>("/templates")).templates);
    setFailure(null);
  }

  useEffect(() => {
    load().catch(setFailure);
  }, []);

  return (
    <>
      <SaveForm names={templates?.map(({ name }) => name) ?? []} current={current} onSaved={load} />
      {templates?.length ? <p class="soft">One that you choose is put at the end of the editor.</p> : null}
      {failure === null ? null : <Failure error={failure} retry={() => void load().catch(setFailure)} />}
      {templates === null && failure === null ? <Loading /> : null}
      {templates?.length === 0 ? (
        <Empty title="No templates yet">
          <p>Everybody in the project sees what is saved here.</p>
        </Empty>
      ) : null}
      <ul class="kept">
        {templates?.map((template) => (
          <li key={template.name}>
            <strong class="kept-name">{template.name}</strong>
            <button
              type="button"
              class="kept-sql"
              title={template.sql}
              onClick={() => onInsert(template.sql)}
            >
              {template.sql.slice(0, 500).replace(/\s+/g, " ")}
            </button>
            <time title={exactly(template.updated_at)}>{when(template.updated_at)}</time>
            <button
              type="button"
              class="quiet"
              aria-label={`Delete template ${template.name}`}
              onClick={() => setLeaving(template)}
            >
              Delete
            </button>
          </li>
        ))}
      </ul>
      {leaving ? (
        <Confirm
          title={`Delete template “${leaving.name}”?`}
          action="Delete"
          danger
          onConfirm={async () => {
            await api(templatePath(leaving.name), { method: "DELETE" });
            await load();
          }}
          onClose={() => setLeaving(null)}
        >
          <p>It is deleted for everybody in the project.</p>
        </Confirm>
      ) : null}
    </>
  );
}

interface SaveFormProps {
  names: readonly string[];
  current: TemplatePanelProps["current"];
  onSaved: () => Promise<void>;
}

function SaveForm({ names, current, onSaved }: SaveFormProps) {
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const [failure, setFailure] = useState<unknown>(null);
  const isKnown = names.includes(name.trim());

  async function save(): Promise<void> {
    const body = current();
    if (!body.sql.trim()) {
      setNote("The editor is empty: there is nothing to save.");
      return;
    }
    await api(templatePath(name.trim()), { method: "PUT", body });
    setNote(`Saved as “${name.trim()}”.`);
    setName("");
    setFailure(null);
    await onSaved();
  }

  return (
    <form
      class="save-template"
      onSubmit={(event) => {
        event.preventDefault();
        save().catch(setFailure);
      }}
    >
      <label>
        Save the editor's text as
        <input
          required
          maxLength={128}
          pattern=".*\S.*"
          title="A name"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button type="submit">{isKnown ? "Replace" : "Save"}</button>
      <span class="soft" role="status">
        {isKnown ? "Takes the place of the one with this name." : note}
      </span>
      {failure === null ? null : <Failure error={failure} />}
    </form>
  );
}

function templatePath(name: string): string {
  return `/templates/${encodeURIComponent(name)}`;
}
