import { curveOf, type SystemResult } from './evaluate.js';
import { type Gain, gainOver } from './rate-curve.js';

/** What `results.json` holds. */
export interface EvaluationResults {
  run: string;
  checkpoint: string;
  step: number;
  images: string;
  codec: string;
  /** Gain of the sandwich over the better of the plain codecs, at log-spaced rates. */
  gain: { range: readonly [number, number]; mean: number | null; at: Gain[] };
  systems: SystemResult[];
}

/** The gain of the first system over the best of the others. */
export function gainOf([sandwich, ...plain]: readonly SystemResult[], range: readonly [number, number]) {
  const at = gainOver(curveOf(sandwich), plain.map(curveOf), range);
  const mean = at.length === 0 ? null : at.reduce((sum, { gain }) => sum + gain, 0) / at.length;
  return { range, mean, at };
}

const fixed = (value: number | null, digits: number): string => (value === null ? '' : value.toFixed(digits));

/** Rows of every point of every curve: system, setting, real bpp, estimated bpp, PSNR. */
export const pointRows = (systems: readonly SystemResult[]): string[][] =>
  systems.flatMap(({ name, settings, results }) =>
    settings.map((setting, i) => [
      name,
      setting,
      fixed(results.bpp[i], 3),
      fixed(results['bpp-estimated'][i], 3),
      fixed(results['psnr-rgb'][i], 2),
    ]),
  );

export const pointHeader = ['system', 'setting', 'bpp', 'estimated', 'PSNR dB'];

/** Rows of the gain at each rate, the mean last. */
export const gainRows = ({ at, mean }: EvaluationResults['gain']): string[][] => [
  ...at.map(({ bpp, quality, baseline, gain }) => [
    fixed(bpp, 3),
    fixed(quality, 2),
    fixed(baseline, 2),
    fixed(gain, 2),
  ]),
  ['mean', '', '', fixed(mean, 2)],
];

export const gainHeader = ['bpp', 'sandwich dB', 'plain codec dB', 'gain dB'];
