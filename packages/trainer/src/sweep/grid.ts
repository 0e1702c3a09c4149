/**
 * All combinations of settings: `['gamma=10,50', 'network=slim,medium']` stands for four lists of assignments.
 *
 * @throws Error for an axis without a key or values, or one named twice
 */
export function grid(axes: readonly string[]): string[][] {
  const keys = new Set<string>();
  return axes.reduce<string[][]>(
    (combinations, axis) => {
      const [key, ...rest] = axis.split('=');
      const values = rest.join('=').split(',');
      if (key === '' || rest.length === 0 || values.some((value) => value.trim() === '')) {
        throw new Error(`--over ${axis}: expected key=value,value,...`);
      }
      if (new Set(values).size < values.length) throw new Error(`--over ${axis}: a value is named twice`);
      if (keys.has(key)) throw new Error(`--over ${axis}: '${key}' is named twice`);
      keys.add(key);
      return combinations.flatMap((combination) => values.map((value) => [...combination, `${key}=${value}`]));
    },
    [[]],
  );
}
