import { expect, it } from 'vitest';
import { interpolateSrgb } from './encode-light.js';
import { encodeSrgb } from './transfer.js';

it('interpolates sRGB to less than a tenth of a level of 16 bits', () => {
  let most = 0;
  for (let i = -10; i <= 200_010; i++) {
    const light = (i / 200_000) ** 3;
    most = Math.max(most, Math.abs(interpolateSrgb(light) - encodeSrgb(light)));
  }
  expect(most).toBeLessThan(1e-6);
});
