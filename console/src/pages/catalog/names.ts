/** Names of databases, tables and columns in SQL. */

/** Write a name as SQL takes it: quoted with backticks unless it is plain. */
export function quoteName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `\`${name.replaceAll("`", "``")}\``;
}

/** Take the backticks from a name as it stands in SQL. */
export function plainName(text: string): string {
  if (!text.startsWith("`")) return text;
  const end = text.length > 1 && text.endsWith("`") ? -1 : undefined;
  return text.slice(1, end).replaceAll("``", "`");
}

/** Write a table's name with its database: `sales.orders`; a temporary view has no database. */
export function tableName(database: string | null, table: string): string {
  return database ? `${quoteName(database)}.${quoteName(table)}` : quoteName(table);
}
