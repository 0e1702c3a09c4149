import type { Coder } from '@sandwich/evaluation';
import { EXPONENT_BITS } from '../companding/exponents.js';
import type { Sandwich } from '../sandwich.js';
import { slopeSettings } from './codec-setting.js';
import { SLOPES } from './companding-coder.js';
import { modelKey } from './model-key.js';
import type { CurveOf } from './shared-passes.js';

/**
 * The code that networks behind a companding curve in YUV start from: `compandingCoder` with the colours converted to YUV behind the curve.
 *
 * @param code the sandwich without networks by which `curveOf` chooses
 */
export function curveCoder(code: Sandwich, curveOf: CurveOf): Coder {
  return {
    name: 'JPEG, companding curve in YUV',
    description:
      'the same codec behind the best power of each picture, one of six, which is sent in a byte, and in YUV',
    key: `jpeg ${modelKey(code)}`,
    group: 'companding curve in YUV',
    settings: slopeSettings(SLOPES).map(({ name }) => name),
    pixels: ({ width, height }) => width * height,
    async *code(picture, settings) {
      for (const setting of settings) {
        const { bits, output } = await curveOf(picture, SLOPES[setting]);
        yield { setting, bits: bits + EXPONENT_BITS, output, views: {} };
      }
    },
  };
}
