/** Rows of results, as the API says them. */

/** A column; `type` is Spark's simple name, for example `decimal(15,2)`. */
export interface Column {
  name: string;
  type: string;
}

/** Rows from row `offset` on, of `row_count` that are kept; more may come until `is_complete`. */
export interface Page {
  columns: Column[];
  rows: unknown[][];
  offset: number;
  row_count: number;
  is_complete: boolean;
}
