import { address } from "../../address";
import { DatabaseView } from "./database_view";
import { namesIn } from "./place";
import { TableList } from "./table_list";
import { TableView } from "./table_view";
import "./catalog.css";

const DEFAULT_DATABASE = "default";

/** Databases, their tables, and what is known of one table. */
export default function CatalogPage() {
  const [database = DEFAULT_DATABASE, table] = namesIn(address.value.path);
  return (
    <div class={table === undefined ? "catalog" : "catalog catalog-one"}>
      <TableList database={database} current={table} />
      {table === undefined ? (
        <DatabaseView name={database} />
      ) : (
        <TableView key={`${database}.${table}`} database={database} name={table} />
      )}
    </div>
  );
}
