import { changeQuery, navigate, query } from "../../address";
import type { Databases, TableEntry, Tables } from "../../api/types";
import { counted } from "../../ui/format";
import { Answer } from "./answer";
import { databasesPath, forgetCatalog, tablesPath, useCatalog } from "./catalog";
import { catalogAddress } from "./place";

const SHOWN_MOST = 500;

/** A database, chosen among all, and its tables by name. */
export function TableList({ database, current }: { database: string; current: string | undefined }) {
  const databases = useCatalog<Databases>(databasesPath());
  const tables = useCatalog<Tables>(tablesPath(database));
  const filter = query().get("filter") ?? "";
  const names = databases.data?.databases.map(({ name }) => name) ?? [];
  return (
    <nav class="catalog-list" aria-label="Tables">
      <div class="catalog-choice">
        <select
          aria-label="Database"
          value={database}
          onChange={(event) => navigate(catalogAddress(event.currentTarget.value))}
        >
          {(names.includes(database) ? names : [database, ...names]).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <button type="button" class="quiet" onClick={forgetCatalog} title="Ask the engine again">
          Refresh
        </button>
      </div>
      <input
        type="search"
        aria-label="Filter the tables by name"
        placeholder="Filter tables"
        value={filter}
        onInput={(event) => changeQuery({ filter: event.currentTarget.value || null })}
      />
      <Answer asked={tables} what="Reading the catalog…">
        {(data) => <Names database={database} current={current} tables={data.tables} filter={filter} />}
      </Answer>
    </nav>
  );
}

interface NamesProps {
  database: string;
  current: string | undefined;
  tables: readonly TableEntry[];
  filter: string;
}

function Names({ database, current, tables, filter }: NamesProps) {
  const wanted = filter.toLowerCase();
  const found = tables.filter(({ name }) => name.toLowerCase().includes(wanted));
  const search = filter ? `?${new URLSearchParams({ filter })}` : "";
  return (
    <>
      <p class="soft" role="status">
        {filter ? `${found.length} of ${counted(tables.length, "table")}` : counted(tables.length, "table")}
        {found.length > SHOWN_MOST ? `; the first ${SHOWN_MOST} are shown` : ""}
      </p>
      <ul>
        {found.slice(0, SHOWN_MOST).map(({ name, kind, is_temporary, description }) => (
          <li key={name}>
            <a
              href={`#${catalogAddress(database, name)}${search}`}
              aria-current={name === current ? "page" : undefined}
              title={description ?? undefined}
            >
              {name}
            </a>
            {kind === "view" ? <span class="soft">{is_temporary ? "temporary view" : "view"}</span> : null}
          </li>
        ))}
      </ul>
    </>
  );
}
