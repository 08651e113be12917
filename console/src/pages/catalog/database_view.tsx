import type { Databases, Tables } from "../../api/types";
import { Empty } from "../../ui/empty";
import { Answer } from "./answer";
import { databasesPath, tablesPath, useCatalog } from "./catalog";

/** What is known of a database: what it is for, and where it lies. */
export function DatabaseView({ name }: { name: string }) {
  const asked = useCatalog<Databases>(databasesPath());
  const tables = useCatalog<Tables>(tablesPath(name));
  return (
    <section class="catalog-detail" aria-labelledby="database-name">
      <h1 id="database-name">{name}</h1>
      <Answer asked={asked} what="Reading the catalog…">
        {({ databases }) => {
          const found = databases.find((each) => each.name === name);
          if (!found) return <p class="soft">There is no database with this name.</p>;
          return (
            <>
              {found.description ? <p>{found.description}</p> : null}
              <dl class="catalog-facts">
                <div>
                  <dt>Location</dt>
                  <dd>
                    <code>{found.location ?? "not known"}</code>
                  </dd>
                </div>
              </dl>
            </>
          );
        }}
      </Answer>
      {tables.data?.tables.length === 0 ? (
        <Empty title="There are no tables here">
          <p>
            <a href="#/editor">Create one in the editor</a>
          </p>
        </Empty>
      ) : null}
    </section>
  );
}
