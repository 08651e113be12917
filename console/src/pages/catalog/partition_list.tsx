import type { Partitions } from "../../api/types";
import { count } from "../../ui/format";
import { Answer } from "./answer";
import { partitionsPath, useCatalog } from "./catalog";

/** The first partitions of a table. */
export function PartitionList({ database, table }: { database: string; table: string }) {
  const asked = useCatalog<Partitions>(partitionsPath(database, table));
  return (
    <section>
      <h2 id="partitions-title">Partitions</h2>
      <Answer asked={asked} what="Reading the partitions…">
        {({ partitions, total }) => (
          <>
            <p class="soft">
              {total === 0 ? "None yet" : null}
              {total > partitions.length ? `The first ${count(partitions.length)} of ${count(total)}` : null}
            </p>
            <div class="catalog-partitions" role="region" tabIndex={0} aria-labelledby="partitions-title">
              <ul>
                {partitions.map((each) => (
                  <li key={each}>
                    <code>{each}</code>
                  </li>
                ))}
              </ul>
            </div>
          </>
        )}
      </Answer>
    </section>
  );
}
