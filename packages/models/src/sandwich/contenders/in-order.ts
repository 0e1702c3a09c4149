/**
 * Results of pieces of work in their order, up to `atOnce` of them under way at a time. Whoever takes the results may leave early or
 * fail: nothing is running any more when the generator has ended.
 */
export async function* inOrder<T>(work: readonly (() => Promise<T>)[], atOnce: number): AsyncGenerator<T> {
  const running: Promise<T>[] = [];
  let begun = 0;
  const fill = () => {
    while (running.length < atOnce && begun < work.length) {
      const result = work[begun++]();
      // It is looked at when its turn comes.
      result.catch(() => {});
      running.push(result);
    }
  };
  try {
    for (fill(); running.length > 0; ) {
      const result = await running[0];
      running.shift();
      fill();
      yield result;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
