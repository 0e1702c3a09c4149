import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import { adam, computeGradients, type OptimizerState } from '@sandwich/trainer';
import { networkSize } from '@sandwich/unets';

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

/** Each call takes one training step on the same random batch. */
export function createTrainingStep(
  size: string,
  batch: number,
  side: number,
  rate: 'gaussian' | 'jpeg' = 'gaussian',
): () => void {
  const model = createSandwich(size, rate);
  const optimizer = adam({ learningRate: 1e-4 });
  const images = tf.randomUniform<tf.Rank.R4>([batch, side, side, 3], 0, 255, 'float32', 1);
  let state: OptimizerState = {};
  return () => {
    const { gradients } = computeGradients(model, images, { gamma: 50, rangePenalty: false, codec: true });
    state = optimizer.update(model.parameters, gradients, state);
    tf.dispose(gradients);
  };
}
