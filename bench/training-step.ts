import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import { adam, computeGradients, type OptimizerState } from '@sandwich/trainer';
import { networkSize } from '@sandwich/unets';

/** A colour sandwich of a named size with an untrained batch; each call takes one training step and returns its time in milliseconds. */
export function createTrainingStep(size: string, batch: number, side: number): () => number {
  const proxy = new EncodeDecodeIntra({
    roundingFn: roundings.ste,
    qstepInit: 7,
    minQstep: 1,
    useJpegRateModel: false,
    convertToYuv: true,
  });
  const model = new Sandwich({ pre: networkSize(size), post: networkSize(size), initialScaler: 1, proxy });
  const optimizer = adam({ learningRate: 1e-4 });
  const images = tf.randomUniform<tf.Rank.R4>([batch, side, side, 3], 0, 255, 'float32', 1);
  let state: OptimizerState = {};
  return () => {
    const start = performance.now();
    const { gradients } = computeGradients(model, images, { gamma: 50, rangePenalty: false, codec: true });
    state = optimizer.update(model.parameters, gradients, state);
    tf.dispose(gradients);
    return performance.now() - start;
  };
}
