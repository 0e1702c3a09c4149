import { describe, expect, it } from 'vitest';
import { patternSearch } from './pattern-search.js';

const parameter = (start: number, range: [number, number] = [-10, 10]) => ({ start, stride: 1, range });

describe('patternSearch', () => {
  it('comes close to the top of a hill whose parameters depend on each other', async () => {
    const hill = async ([x, y]: readonly number[]) => 5 - (x - 3) ** 2 - (y + 1) ** 2 - 0.5 * (x - 3) * (y + 1);
    const { point, value } = await patternSearch([parameter(0), parameter(0)], hill, { evaluations: 100 });
    expect(point[0]).toBeCloseTo(3, 2);
    expect(point[1]).toBeCloseTo(-1, 2);
    expect(value).toBeCloseTo(5, 3);
  });

  it('keeps to the ranges, tries as many points as it may, and names the best after each', async () => {
    const asked: number[] = [];
    const heard: [number, number][] = [];
    const { point } = await patternSearch(
      [parameter(0, [-1, 1.5])],
      async ([x]) => {
        asked.push(x);
        return x;
      },
      { evaluations: 5, onValue: (tried, { value }) => heard.push([tried, value]) },
    );
    // 1, then 1.3 further, which is beyond the range; from the end nothing is higher, and steps become 0.6 times as long.
    expect(asked.slice(0, 3)).toEqual([0, 1, 1.5]);
    expect(Math.max(...asked)).toBe(1.5);
    expect(point).toEqual([1.5]);
    expect(heard).toEqual([
      [1, 0],
      [2, 1],
      [3, 1.5],
      [4, 1.5],
      [5, 1.5],
    ]);
  });
});
