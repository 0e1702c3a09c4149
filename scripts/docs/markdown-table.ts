/**
 * A table in Markdown.
 *
 * @throws RangeError if a row has not as many cells as the header
 */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const wrong = rows.find(({ length }) => length !== header.length);
  if (wrong) {
    throw new RangeError(`the row [${wrong.join(', ')}] has ${wrong.length} cells, the header ${header.length}`);
  }
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
