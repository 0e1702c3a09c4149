import type { Coder } from '@sandwich/evaluation';
import type { CurveChooser } from '../companding/choose-curve.js';
import { EXPONENT_BITS } from '../companding/exponents.js';
import type { Sandwich } from '../sandwich.js';
import { slopeSettings } from './codec-setting.js';
import { SLOPES } from './companding-coder.js';
import { modelKey } from './model-key.js';

/**
 * The code with which networks behind a companding curve in YUV begin: `compandingCoder` with colour turned into YUV behind the curve.
 *
 * @param code without networks, as `chooser` has it
 */
export function curveCoder(code: Sandwich, chooser: CurveChooser): Coder {
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
        const { bits, output } = await chooser.choose(picture, SLOPES[setting]);
        yield { setting, bits: bits + EXPONENT_BITS, output, views: {} };
      }
    },
  };
}
