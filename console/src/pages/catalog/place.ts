/** Where in the catalogue the reader is: `/catalog/sales/orders`. */

/** Give the names in a path: none, a database, or a database and a table. */
export function namesIn(path: string): string[] {
  const names = path.split("/").slice(2).filter(Boolean);
  try {
    return names.map(decodeURIComponent);
  } catch {
    return names; // an address that somebody mistyped
  }
}

/** Give the address of a table, or of a database. */
export function catalogAddress(database: string, table?: string): string {
  const names = table === undefined ? [database] : [database, table];
  return `/catalog/${names.map(encodeURIComponent).join("/")}`;
}
