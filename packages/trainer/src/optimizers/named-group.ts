/** The values whose names begin with a prefix, by the rest of their names. */
export const namedGroup = <T>(values: Record<string, T>, prefix: string): Record<string, T> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
