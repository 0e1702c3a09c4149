/**
 * A Markdown text in which the regions between `<!-- <kind>:<name> -->` and `<!-- /<kind>:<name> -->` hold what is given for their names.
 *
 * @param file what the text is called in errors
 * @param bodies by name; a text need not have a region for each
 * @throws Error for a region without a body or without an end
 */
export function fillRegions(
  text: string,
  { file, kind, bodies }: { file: string; kind: string; bodies: Readonly<Record<string, string>> },
): string {
  const begins = new RegExp(`^<!-- ${kind}:(\\S+) -->$`, 'gm');
  let filled = '';
  let done = 0;
  for (const { 0: begin, 1: name, index } of text.matchAll(begins)) {
    if (index < done) throw new Error(`${file}: the region ${begin} begins within another one`);
    if (!Object.hasOwn(bodies, name)) {
      throw new Error(`${file}: ${begin} names nothing that is generated; known are ${Object.keys(bodies).join(', ')}`);
    }
    const end = `<!-- /${kind}:${name} -->`;
    const at = text.indexOf(end, index);
    if (at < 0) throw new Error(`${file}: ${begin} has no ${end}`);
    filled += `${text.slice(done, index)}${begin}\n${bodies[name]}\n${end}`;
    done = at + end.length;
  }
  return filled + text.slice(done);
}
