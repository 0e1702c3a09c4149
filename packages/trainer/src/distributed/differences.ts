/** What must be the same in all processes, by name. */
export type CommonValues = Readonly<Record<string, string | number | boolean>>;

/** How the first process that does not match process 0 differs from it; null when all match. */
export function differences([first, ...others]: readonly CommonValues[]): string | null {
  for (const [i, other] of others.entries()) {
    const names = [...new Set([...Object.keys(first), ...Object.keys(other)])].filter(
      (name) => first[name] !== other[name],
    );
    if (names.length === 0) continue;
    const each = names.map((name) => `${name} is ${other[name] ?? 'missing'}, not ${first[name] ?? 'known'}`);
    return `rank ${i + 1} does not match rank 0: ${each.join('; ')}`;
  }
  return null;
}
