import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import { commonSettings, Sandwich, sandwichObjective } from '@sandwich/models';
import { adam, TrainingStep } from '@sandwich/trainer';
import { networkSize } from '@sandwich/unets';
import { alone } from '../../packages/trainer/src/distributed/training-group.js';
import { initialState } from '../../packages/trainer/src/run/checkpoint.js';

/** A colour sandwich of a named size, untrained. */
export function createSandwich(size: string, rate: 'gaussian' | 'jpeg' = 'gaussian'): Sandwich {
  const proxy = new EncodeDecodeIntra({
    roundingFn: roundings.ste,
    qstepInit: 7,
    minQstep: 1,
    useJpegRateModel: rate === 'jpeg',
    convertToYuv: true,
  });
  return new Sandwich({ pre: networkSize(size), post: networkSize(size), initialScaler: 1, proxy });
}

/** Options of `createTrainingStep`. */
export interface TrainingStepOptions {
  rate?: 'gaussian' | 'jpeg';
  /** Whether steps are recorded and replayed. */
  replay?: boolean;
}

/** Each call takes one training step on the same random batch. */
export function createTrainingStep(
  size: string,
  batch: number,
  side: number,
  { rate = 'gaussian', replay = false }: TrainingStepOptions = {},
): () => Promise<unknown> {
  const images = tf.randomUniform<tf.Rank.R4>([batch, side, side, 3], 0, 255, 'float32', 1);
  const state = initialState();
  const step = new TrainingStep({
    objective: sandwichObjective({
      model: createSandwich(size, rate),
      settings: { ...commonSettings, rangePenalty: false },
    }),
    optimizer: adam({ learningRate: 1e-4 }),
    state,
    group: alone,
    seed: 1,
    record: replay,
    onRefusal: (reason) => process.stderr.write(`steps are not replayed: ${reason}\n`),
  });
  return async () => {
    await step.take([() => ({ images: images.clone() })], 0);
    state.step++;
  };
}
