import { existsSync } from 'node:fs';
import { type LpipsNet, readLpipsWeights } from '@sandwich/losses';
import type { Picture } from '@sandwich/pictures';
import type { Measure } from '../measure.js';
import { lpipsMeasure } from './lpips.js';
import { psnrMeasures } from './psnr.js';
import { pqPsnr } from './psnr-pq.js';
import { ssimMeasures } from './ssim.js';

/** What `openMeasures` needs besides names. */
export interface MeasuresOptions {
  /** File of the weights of LPIPS. */
  lpipsWeights(net: LpipsNet): string;
  /** Hears of measures that are left out because their weights are not there. */
  note(text: string): void;
  /** What samples of the pictures encode, default `display`. */
  light?: keyof typeof defaultNames;
}

const LPIPS_NETS: readonly LpipsNet[] = ['alex', 'squeeze'];

async function openLpips({ lpipsWeights, note }: MeasuresOptions, asked: boolean): Promise<Measure<Picture>[]> {
  const files = LPIPS_NETS.map(lpipsWeights);
  if (asked && !files.some((file) => existsSync(file))) {
    throw new Error(
      `LPIPS needs weights, and there is no ${files.join(' or ')}; data/make-lpips-weights.py makes them`,
    );
  }
  const measures: Measure<Picture>[] = [];
  for (const [i, net] of LPIPS_NETS.entries()) {
    const weights = files[i];
    if (!existsSync(weights)) {
      note(`LPIPS ${net} is left out: there is no ${weights}; data/make-lpips-weights.py makes it`);
      continue;
    }
    // Before anything is measured, say that they cannot be used.
    await readLpipsWeights({ net, weights });
    measures.push(lpipsMeasure(net, weights));
  }
  return measures;
}

type Open = (options: MeasuresOptions, asked: boolean) => Promise<Measure<Picture>[]>;

const groups: Record<string, Open> = {
  psnr: async () => [],
  ssim: async () => ssimMeasures(),
  lpips: openLpips,
  pq: async () => [pqPsnr],
};

/** Names that `openMeasures` knows. */
export const measureNames = Object.keys(groups);

/** What is measured by default: SSIM and LPIPS are of pictures as a display shows them, PQ is of light. */
const defaultNames = { display: ['psnr', 'ssim', 'lpips'], linear: ['psnr', 'pq'] };

/**
 * Opens measures of pictures by name; both PSNRs are always among them.
 *
 * @param names of `measureNames`; default all that can be measured here and go with the light of the pictures
 * @throws Error for an unknown name, one that does not go with the light, weights that cannot be used, or a named measure that has none
 */
export async function openMeasures(
  names: readonly string[] | undefined,
  options: MeasuresOptions,
): Promise<Measure<Picture>[]> {
  const unknown = names?.find((name) => !Object.hasOwn(groups, name));
  if (unknown !== undefined) throw new Error(`unknown metric '${unknown}'; known are ${measureNames.join(', ')}`);
  const { light = 'display' } = options;
  const other = names?.find((name) => !defaultNames[light].includes(name));
  if (other !== undefined) {
    throw new Error(
      `metric '${other}' is not of pictures in ${light} light; these have ${defaultNames[light].join(', ')}`,
    );
  }
  const asked = names !== undefined;
  const opened = await Promise.all((names ?? defaultNames[light]).map((name) => groups[name](options, asked)));
  return [...psnrMeasures, ...opened.flat()];
}
