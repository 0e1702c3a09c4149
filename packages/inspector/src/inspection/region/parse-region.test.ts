import { expect, it } from 'vitest';
import { parseRegion } from './parse-region.js';

it('parseRegion reads left, top, width, height', () => {
  expect(parseRegion('12,0,96,48')).toEqual({ left: 12, top: 0, width: 96, height: 48 });
  for (const text of ['1,2,3', '1,2,3,4,5', '1,2,0,4', '-1,2,3,4', '1.5,2,3,4', '1,,3,4', 'a,2,3,4']) {
    expect(() => parseRegion(text)).toThrow(`got '${text}'`);
  }
});
