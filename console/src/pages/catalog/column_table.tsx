import type { TableColumn } from "../../api/types";
import { counted } from "../../ui/format";

/** The columns of a table, with their types and comments. */
export function ColumnTable({ columns }: { columns: readonly TableColumn[] }) {
  const hasComments = columns.some(({ comment }) => comment);
  return (
    <section>
      <h2 id="columns-title">{counted(columns.length, "column")}</h2>
      <div class="catalog-scroll" tabIndex={0} role="region" aria-labelledby="columns-title">
        <table class="catalog-columns">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              {hasComments ? <th scope="col">Comment</th> : null}
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.name}>
                <th scope="row">
                  {column.name}
                  {column.is_partition ? (
                    <>
                      {" "}
                      <span class="catalog-mark">partition</span>
                    </>
                  ) : null}
                </th>
                <td>
                  <code>{column.type}</code>
                  {column.nullable ? null : (
                    <>
                      {" "}
                      <span class="catalog-mark">not null</span>
                    </>
                  )}
                </td>
                {hasComments ? <td>{column.comment}</td> : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
