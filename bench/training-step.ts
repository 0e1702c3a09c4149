import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import { computeGradients } from '@sandwich/trainer';
import { networkSize } from '@sandwich/unets';
import { adam } from '../packages/trainer/src/adam.js';
import { initialState } from '../packages/trainer/src/checkpoint.js';
import { ReplayedSteps } from '../packages/trainer/src/replayed-steps.js';

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

const STEP = { gamma: 50, rangePenalty: false, codec: true };

/** Each call takes one training step on the same random batch. */
export function createTrainingStep(
  size: string,
  batch: number,
  side: number,
  { rate = 'gaussian', replay = false }: TrainingStepOptions = {},
): () => unknown {
  const model = createSandwich(size, rate);
  const options = { learningRate: 1e-4 };
  const optimizer = adam(options);
  const images = tf.randomUniform<tf.Rank.R4>([batch, side, side, 3], 0, 255, 'float32', 1);
  const state = initialState();
  const onRefusal = (reason: string) => process.stderr.write(`steps are not replayed: ${reason}\n`);
  const replayed = replay
    ? new ReplayedSteps({ model, state, adam: options, clipNorm: 0, averageDecay: 0, onRefusal })
    : undefined;
  const ordinaryStep = () => {
    const { gradients } = computeGradients(model, images, STEP);
    state.optimizer = optimizer.update(model.parameters, gradients, state.optimizer);
    tf.dispose(gradients);
  };
  if (!replayed) return ordinaryStep;
  return async () => {
    if (!(await replayed.take([images], 1, 'bench', STEP))) ordinaryStep();
  };
}
