/**
 * Breaks a text between words into lines. A word that is longer than a line stays whole.
 *
 * @param width characters of a line
 * @param indent what lines after the first begin with
 */
export function wrappedText(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(' ')) {
    const longer: string = line === undefined ? word : `${line} ${word}`;
    if (line === undefined || [...longer].length <= width) line = longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line ?? ''];
}
