/** A parameter of a pattern search. */
export interface SearchedParameter {
  start: number;
  /** How far it is moved at first. */
  stride: number;
  /** Values beyond are moved to the end of the range. */
  range: readonly [low: number, high: number];
}

/** How long a pattern search takes, and who hears of it. */
export interface PatternSearchOptions {
  /** How many points are tried, the start among them; those that a range leaves where they are count, too. */
  evaluations: number;
  /** Called with the best point after every value. */
  onValue?(evaluation: number, best: { point: readonly number[]; value: number }): void;
}

/**
 * Looks for the parameters of the largest value by values alone, one parameter after the other: it is moved one way, and the other way where that
 * is not better. A move that is better is kept, and the next one of that parameter is 1.3 times as long; where neither is, it is 0.6 times as long.
 * Deterministic; for functions of few parameters that have no derivative. Source: R. Hooke and T. A. Jeeves, "Direct search solution of numerical
 * and statistical problems", Journal of the ACM 8, 1961, its exploratory moves.
 */
export async function patternSearch(
  parameters: readonly SearchedParameter[],
  valueAt: (point: readonly number[]) => Promise<number>,
  { evaluations, onValue = () => {} }: PatternSearchOptions,
): Promise<{ point: number[]; value: number }> {
  let point = parameters.map(({ start }) => start);
  let value = await valueAt(point);
  let spent = 1;
  onValue(spent, { point, value });
  const strides = parameters.map(({ stride }) => stride);
  const moved = (i: number) => {
    const [low, high] = parameters[i].range;
    const target = Math.min(Math.max(point[i] + strides[i], low), high);
    return point.map((other, j) => (j === i ? target : other));
  };
  for (let i = 0; spent < evaluations; i = (i + 1) % parameters.length) {
    let better = false;
    for (let turn = 0; turn < 2 && !better && spent < evaluations; turn++) {
      const next = moved(i);
      const found = next[i] === point[i] ? value : await valueAt(next);
      spent++;
      better = found > value;
      if (better) [point, value] = [next, found];
      else strides[i] = -strides[i];
      onValue(spent, { point, value });
    }
    strides[i] *= better ? 1.3 : 0.6;
  }
  return { point, value };
}
