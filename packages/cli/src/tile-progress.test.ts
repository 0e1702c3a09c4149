import { expect, it } from 'vitest';
import { tileProgress } from './tile-progress.js';

function written(isTTY: boolean, count: number): string {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const onTile = tileProgress({ isTTY, write });
  for (let done = 1; done <= count; done++) onTile(done, count);
  return text;
}

it('tells of tiles on a terminal only, and leaves no line behind', () => {
  expect(written(true, 3)).toBe('\r\x1b[K1 of 3 tiles\r\x1b[K2 of 3 tiles\r\x1b[K');
  expect(written(false, 3)).toBe('');
  expect(written(true, 1)).toBe('');
});
