/** Text in quotation marks, as one word of a shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Text as one word of a shell, in quotation marks where it needs them. */
export const shellWord = (text: string): string => (/^[\w./:,=-]+$/.test(text) ? text : quoted(text));
