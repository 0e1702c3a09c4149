/**
 * Runs `body`, then each of the endings, whatever fails.
 *
 * @param endings asked for when `body` is over
 * @returns what `body` returns
 * @throws what `body` throws, else what the first of the endings throws
 */
export async function withEndings<Result>(
  body: () => Promise<Result>,
  endings: () => readonly (() => unknown)[],
): Promise<Result> {
  const failures: unknown[] = [];
  const outcome = await body().then(
    (result) => ({ result }),
    (error) => {
      failures.push(error);
      return undefined;
    },
  );
  for (const end of endings()) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (outcome === undefined || failures.length > 0) throw failures[0];
  return outcome.result;
}
