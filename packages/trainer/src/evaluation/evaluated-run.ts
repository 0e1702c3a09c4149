import { type Codec, type CodecName, codecs } from '@sandwich/codecs';
import { withoutEngine } from '@sandwich/engine';
import { codecFiles, type Sandwich } from '@sandwich/models';
import { loadRun, type TrainedRun } from '../load-run.js';
import { openCodec, type RunModels } from './codec-systems.js';

/** A run whose networks are loaded, and the codecs around which they are evaluated. */
export interface EvaluatedRun extends Pick<TrainedRun, 'configuration' | 'checkpoint'> {
  /** Its directory. */
  run: string;
  models: RunModels;
  /** Of the flat tables that the networks were trained with; absent where they were trained with others. */
  trainedStep?: number;
  codecs: ReadonlyMap<CodecName, Codec>;
}

export interface EvaluatedRuns {
  runs: EvaluatedRun[];
  /** Of the images that all of them take. */
  bitDepth: number;
  dispose(): void;
}

/** All that decides what a codec does without networks. */
function codecOf(model: Sandwich): string {
  const { bottleneckChannels, inputChannels, outputChannels, downsampleFactor, truncateBits, transform } =
    model.architecture;
  const { convertToYuv, downsampleChroma, subsampling } = codecFiles(model).layout;
  const sizes = [bottleneckChannels, inputChannels, outputChannels, downsampleFactor, truncateBits];
  return JSON.stringify([sizes, transform, convertToYuv, downsampleChroma, subsampling]);
}

/**
 * Loads runs and opens the codecs to evaluate them around. Runs whose codec is the same without networks share that model. The engine must
 * have been started.
 *
 * @param note hears of checkpoints that are passed over; default standard error
 * @throws Error when a run cannot be loaded, a codec lacks its program, or the runs are for images of different bit depths
 */
export async function loadEvaluatedRuns(
  directories: readonly string[],
  codecNames: readonly CodecName[],
  checkpoint?: string,
  note?: (text: string) => void,
): Promise<EvaluatedRuns> {
  const runs: EvaluatedRun[] = [];
  const models = new Set<Sandwich>();
  const plainModels = new Map<string, Sandwich>();
  const dispose = () => {
    for (const model of models) model.dispose();
  };
  try {
    // Before anything is computed, say which program is missing.
    for (const name of codecNames) await codecs[name]();
    for (const run of directories) {
      const {
        configuration,
        settings,
        checkpoint: used,
        model,
        withoutNetworks,
      } = await loadRun(run, checkpoint, note);
      models.add(model);
      const shared = (alone: Sandwich): Sandwich => {
        const key = codecOf(alone);
        const plain = plainModels.get(key) ?? alone;
        if (plain !== alone) alone.dispose();
        plainModels.set(key, plain);
        models.add(plain);
        return plain;
      };
      const plain = shared(withoutNetworks());
      const plainFullSize = model.downsampleFactor > 1 ? shared(withoutNetworks({ fullSize: true })) : undefined;
      const opened = new Map<CodecName, Codec>();
      for (const name of codecNames) opened.set(name, await openCodec(name, model));
      const { bitDepth } = settings;
      const description = `${configuration.experiment} after ${used.step} steps`;
      runs.push({
        run,
        configuration,
        checkpoint: used,
        models: { model, plain, plainFullSize, description, bitDepth },
        trainedStep: codecFiles(model).flatStep?.(),
        codecs: opened,
      });
    }
    const [{ models: first, run }] = runs;
    const other = runs.find(({ models }) => models.bitDepth !== first.bitDepth);
    if (other) {
      throw new Error(
        `${run} is for images of ${first.bitDepth} bits, ${other.run} for ${other.models.bitDepth}: evaluate them apart`,
      );
    }
    return { runs, bitDepth: first.bitDepth, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/**
 * Finds out whether runs can be loaded and evaluated around codecs, without an engine.
 *
 * @returns the bit depth of their images
 * @throws Error as `loadEvaluatedRuns`
 */
export const checkEvaluatedRuns = (
  directories: readonly string[],
  codecNames: readonly CodecName[],
  checkpoint?: string,
): Promise<number> =>
  withoutEngine(async () => {
    const { bitDepth, dispose } = await loadEvaluatedRuns(directories, codecNames, checkpoint, () => {});
    dispose();
    return bitDepth;
  });
