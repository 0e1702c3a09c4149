/**
 * Checks settings that are one of several words.
 *
 * @param words what each of them may be
 * @throws Error for the first setting that is something else, naming it, what it may be and its value
 */
export function checkWords<S extends object>(
  settings: S,
  words: Partial<Record<keyof S & string, readonly string[]>>,
): void {
  for (const [key, known] of Object.entries<readonly string[] | undefined>(words)) {
    const value = settings[key as keyof S] as string;
    if (!known!.includes(value)) throw new Error(`${key} must be one of ${known!.join(', ')}, got '${value}'`);
  }
}
