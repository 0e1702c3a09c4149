import { sep } from 'node:path';

/** The last parts of a path. */
const ending = (file: string, parts: number): string => file.split(sep).slice(-parts).join(sep);

/**
 * Names of curves, of which those that several have are followed by as much of their files' paths as tells them apart: `WebP (a.json)`,
 * or `WebP (first/webp.json)`.
 */
export function distinctNames(curves: readonly { name: string; file: string }[]): string[] {
  return curves.map(({ name, file }) => {
    const others = curves.filter((other) => other.name === name && other.file !== file);
    if (others.length === 0) return name;
    let parts = 1;
    while (parts < file.split(sep).length && others.some((other) => ending(other.file, parts) === ending(file, parts)))
      parts++;
    return `${name} (${ending(file, parts)})`;
  });
}
