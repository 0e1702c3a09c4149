import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import {
  type Distortion,
  type DistortionTerm,
  LPIPS_SCALE,
  type LpipsNet,
  loadLpips,
  lpipsNets,
  mse,
  msSsim,
  scaledLpips,
  ssim,
} from '@sandwich/losses';

/**
 * What a loss is made of besides the rate: distortions and their weights. Known by name are `mse` (squared gray levels), `log-mse`
 * (10 log10(1 + squared gray levels) of each image, in dB as PSNR is), `ssim` and `ms-ssim` (1 minus the index), `lpips-alex`,
 * `lpips-squeeze` and `lpips-vgg` (scaled to equal `mse` for small errors); a name of your own comes with its function.
 */
export type DistortionMix = Record<string, number | DistortionTerm>;

/** A mix as JSON holds it. */
export type DistortionWeights = Record<string, number | { weight: number; measure: null }>;

/** The weights of a mix; a function of the user's own, which JSON cannot hold, is null. */
export const weightsOf = (mix: DistortionMix): DistortionWeights =>
  Object.fromEntries(
    Object.entries(mix).map(([name, term]) => [
      name,
      typeof term === 'number' ? term : { weight: term.weight, measure: null },
    ]),
  );

/**
 * The mix that weights tell of.
 *
 * @throws Error naming a distortion that is a function of the experiment's own
 */
export const namedDistortions = (weights: DistortionWeights): Record<string, number> =>
  Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => {
      if (typeof weight === 'number') return [name, weight];
      throw new Error(`distortion ${name} is a function of the experiment's own`);
    }),
  );

/** A mix with all that it needs loaded. */
export interface LoadedDistortions {
  terms: Record<string, DistortionTerm>;
  /** Frees networks that were loaded. */
  dispose(): void;
}

/** Where the weights of LPIPS are looked for: in `SANDWICH_DATA`, then where data sets are fetched to. */
export function lpipsWeightsFile(net: LpipsNet): string {
  const folders = [process.env.SANDWICH_DATA, dataFolder].filter((folder) => folder !== undefined && folder !== '');
  const files = folders.map((folder) => join(folder!, 'weights', `lpips-${net}.safetensors`));
  return files.find((file) => existsSync(file)) ?? files[0];
}

const oneMinus =
  (index: Distortion): Distortion =>
  (prediction, target) =>
    tf.tidy(() => tf.sub(1, index(prediction, target)));

/** 10 log10(1 + squared error): in dB as PSNR, of which that of an image counts alike however much it errs. */
const logMse: Distortion = (prediction, target) =>
  tf.tidy(() => tf.log1p(mse(prediction, target)).mul<tf.Tensor1D>(10 / Math.LN10));

async function loadScaledLpips(net: LpipsNet): Promise<{ measure: Distortion; dispose(): void }> {
  const scale = LPIPS_SCALE[net];
  if (scale === undefined)
    throw new Error(
      `distortion lpips-${net}: its scale is not known; measure it with \`sandwich lpips-scale --net ${net}\` and give ` +
        '{ weight, measure: scaledLpips(await loadLpips({ net, weights }), scale) }',
    );
  const lpips = await loadLpips({ net, weights: lpipsWeightsFile(net) });
  return { measure: scaledLpips(lpips, scale), dispose: lpips.dispose };
}

const known: Record<string, () => Promise<{ measure: Distortion; dispose?(): void }>> = {
  mse: async () => ({ measure: mse }),
  'log-mse': async () => ({ measure: logMse }),
  ssim: async () => ({ measure: oneMinus(ssim) }),
  'ms-ssim': async () => ({ measure: oneMinus(msSsim) }),
  ...Object.fromEntries(lpipsNets.map((net) => [`lpips-${net}`, () => loadScaledLpips(net)])),
};

/**
 * Loads what a mix names; those of weight 0 are left out. `mse` is always among the terms, with weight 0 if it is not in the
 * mix, so that it is logged.
 *
 * @throws Error for an unknown name, a weight that is not a number of at least 0, weights all 0, or a network whose weights
 * cannot be used.
 */
export async function loadDistortions(mix: DistortionMix): Promise<LoadedDistortions> {
  const weightOf = (term: number | DistortionTerm) => (typeof term === 'number' ? term : term.weight);
  for (const [name, term] of Object.entries(mix)) {
    if (!(weightOf(term) >= 0 && Number.isFinite(weightOf(term))))
      throw new Error(`distortion ${name}: its weight must be a number of at least 0, got ${weightOf(term)}`);
    if (typeof term === 'number' && !Object.hasOwn(known, name))
      throw new Error(`unknown distortion '${name}'; known are ${Object.keys(known).join(', ')}`);
  }
  const used = Object.entries(mix).filter(([, term]) => weightOf(term) > 0);
  if (used.length === 0)
    throw new Error(`all distortions have weight 0: ${Object.keys(mix).join(', ') || 'there are none'}`);
  const terms: Record<string, DistortionTerm> = { mse: { weight: 0, measure: mse } };
  const frees: (() => void)[] = [];
  const dispose = () => {
    for (const free of frees) free();
  };
  try {
    for (const [name, term] of used) {
      if (typeof term !== 'number') {
        terms[name] = term;
        continue;
      }
      const loaded = await known[name]();
      terms[name] = { weight: term, measure: loaded.measure };
      if (loaded.dispose) frees.push(loaded.dispose);
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return { terms, dispose };
}
