import { describe, expect, it } from 'vitest';
import { sandwichStatus } from './sandwich-status.js';

describe('sandwichStatus', () => {
  it('tells PSNR of the mean error and bits per pixel', () => {
    // 10 log10(255^2 / 20)
    const { psnr, phrases } = sandwichStatus({ mse: 20, bpp: 0.8514 }, 255);
    expect(psnr).toBeCloseTo(35.1205, 4);
    expect(phrases).toEqual(['PSNR of mean error 35.12 dB', '0.851 bpp']);
  });

  it('measures PSNR against the peak of deeper images', () => {
    // 5461 = 256^2 / 12 is the error of keeping 8 bits of 16: 20 log10(65535) - 10 log10(5461) = 96.3294 - 37.3727.
    expect(sandwichStatus({ mse: 5461, bpp: 1 }, 65535).psnr).toBeCloseTo(58.9567, 4);
  });
});
