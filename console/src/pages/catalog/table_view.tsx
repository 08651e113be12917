import type { Table } from "../../api/types";
import { bytes, count } from "../../ui/format";
import { SqlView } from "../../ui/sql_view";
import { editorAddress } from "../editor/draft";
import { Answer } from "./answer";
import { tablePath, useCatalog } from "./catalog";
import { ColumnTable } from "./column_table";
import { FirstRows } from "./first_rows";
import { tableName } from "./names";
import { PartitionList } from "./partition_list";
import { catalogAddress } from "./place";

/** What is known of a table or view. */
export function TableView({ database, name }: { database: string; name: string }) {
  const asked = useCatalog<Table>(tablePath(database, name));
  const sql = `SELECT * FROM ${tableName(database, name)} LIMIT 100`;
  return (
    <section class="catalog-detail" aria-labelledby="table-name">
      <a class="catalog-back" href={`#${catalogAddress(database)}`}>
        Tables of {database}
      </a>
      <header class="catalog-head">
        <h1 id="table-name">{name}</h1>
        {asked.data ? <span class="soft">{asked.data.kind}</span> : null}
        <a class="button" href={`#${editorAddress(sql, database)}`}>
          Open in editor
        </a>
      </header>
      <Answer asked={asked} what={`Reading ${name}…`}>
        {(table) => (
          <>
            <Facts table={table} />
            <FirstRows sql={sql} database={database} />
            <ColumnTable columns={table.columns} />
            {table.columns.some((column) => column.is_partition) ? (
              <PartitionList database={database} table={name} />
            ) : null}
            {table.create_statement ? (
              <section>
                <h2>Create statement</h2>
                <SqlView sql={table.create_statement} label="Create statement" />
              </section>
            ) : null}
          </>
        )}
      </Answer>
    </section>
  );
}

function Facts({ table }: { table: Table }) {
  const analyze = `ANALYZE TABLE ${tableName(table.database, table.name)} COMPUTE STATISTICS`;
  const facts: [string, string | null][] = [
    ["Rows", table.row_count === null ? null : count(table.row_count)],
    ["Size", table.size_bytes === null ? null : bytes(table.size_bytes)],
    ["Format", table.provider],
    ["Location", table.location],
  ];
  return (
    <>
      <dl class="catalog-facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value === null ? <span class="soft">not known</span> : <code>{value}</code>}</dd>
          </div>
        ))}
      </dl>
      {table.row_count === null && table.kind === "table" ? (
        <p class="soft">
          Spark counts rows when it is told to: <a href={`#${editorAddress(analyze)}`}>ANALYZE TABLE</a>
        </p>
      ) : null}
    </>
  );
}
