import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import { adam, computeGradients } from '@sandwich/trainer';
import { findImages } from '../packages/trainer/src/dataset/find-images.js';
import { openDataset } from '../packages/trainer/src/dataset/open-dataset.js';

const arg = Object.fromEntries(process.argv.slice(2).map((a) => a.split('=')));
const n = (k: string, d: number) => (arg[k] === undefined ? d : Number(arg[k]));
await startEngine({ threads: n('threads', 2) });
const unet = {
  initializer: 'he' as const,
  encoderFilters: [32],
  decoderFilters: [32, 32],
  variant: 'textbook' as const,
};
const model = new Sandwich({
  bottleneckChannels: 1,
  pre: unet,
  post: unet,
  phasePlanes: true,
  startFromTransform: n('start', 1) === 1,
  initialScaler: n('scaler', 1),
  seed: n('seed', 1),
  proxy: new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 7, minQstep: 1 }),
});
const gain = n('gain', 1);
for (const [p, v] of Object.entries(model.parameters)) {
  if (p.includes('unet') && p.endsWith('kernel') && !(p.includes('output') && n('outgain', 1) === 0))
    v.assign(tf.mul(v, gain));
  if (n('bias', 0) && p.includes('unet') && p.endsWith('bias'))
    v.assign(tf.randomUniform(v.shape, -n('bias', 0), n('bias', 0), 'float32', 7));
}
const crop = n('crop', 64),
  warm = n('warm', 1e9),
  steps = n('steps', 400);
const ds = await openDataset({ images: await findImages('/work/shared/data/photos'), crop, seed: 1 });
const opt = adam({ learningRate: n('lr', 1e-3), beta2: n('b2', 0.999) });
let st = {};
let acc = 0,
  bpp = 0,
  c = 0;
const t0 = performance.now();
let line = '';
for (let i = 0; i < steps; i++) {
  const { pixels } = await ds.nextBatch(8);
  const x = tf.tensor4d(pixels, [8, crop, crop, 3]);
  const { metrics, gradients } = computeGradients(model, x, {
    gamma: n('gamma', 50),
    rangePenalty: n('range', 1) === 1,
    codec: i >= warm,
  });
  st = opt.update(model.parameters, gradients, st);
  tf.dispose([x, gradients]);
  acc += metrics.mse;
  bpp += metrics.bpp;
  c++;
  if ((i + 1) % 50 === 0) {
    line += ` ${(10 * Math.log10(65025 / (acc / c))).toFixed(2)}@${(bpp / c).toFixed(2)}`;
    acc = 0;
    bpp = 0;
    c = 0;
  }
  await new Promise((r) => setImmediate(r));
}
console.log(JSON.stringify(arg), ((performance.now() - t0) / steps).toFixed(0) + 'ms', line);
