// npm run check:dcn-onnx [-- --wasm <file> [--run <directory>]]: how far the two ONNX models of a DCN are from the engine, in onnxruntime-node and in
// WebAssembly, on a picture with waves and noise. onnxruntime-web is 150 MB and no dependency: `npm install --no-save onnxruntime-web`, or --wasm with its
// ort.node.min.mjs. Ends with 1 where anything differs by 1e-3 or more, of the latent absolutely, of decoded samples in [0, 1].

import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { startEngine, tf } from '@sandwich/engine';
import { loadOnnxRuntime, type OnnxRuntime } from '@sandwich/onnx';
import { loadRun } from '@sandwich/trainer';
import { Dcn } from '../src/dcn/dcn.js';
import { dcnDecoderOnnx, dcnEncoderOnnx } from '../src/dcn/onnx/dcn-onnx.js';

const LARGEST = 1e-3;
const [width, height] = [200, 136];
const { values: options } = parseArgs({ options: { wasm: { type: 'string' }, run: { type: 'string' } } });

await startEngine();
const dcn = options.run === undefined ? new Dcn({ features: 32 }) : ((await loadRun(options.run)).system as Dcn);
const samples = Float32Array.from({ length: width * height * 3 }, (_, i) => {
  const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
  return Math.round(128 + 60 * Math.sin((x * (c + 1)) / 13) + 40 * Math.cos(y / 9) + (Math.imul(i, 2654435761) >>> 28));
});
const images = tf.tensor4d(samples, [1, height, width, 3]);
const latent = dcn.latent(images);
const quantized = dcn.quantize(latent);
const decoded = dcn.decode(quantized);

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) throw new Error(`${a.length} values, and the engine has ${b.length}`);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
};

async function check(name: string, { InferenceSession, Tensor }: OnnxRuntime): Promise<void> {
  const rate = dcn.architecture.rates > 1 ? { rate: new Tensor('float32', [0.5], []) } : {};
  const run = async (model: Uint8Array, input: string, tensor: tf.Tensor) => {
    const session = await InferenceSession.create(model);
    return session.run({ ...rate, [input]: new Tensor('float32', tensor.dataSync<'float32'>(), tensor.shape) });
  };
  const encoded = await run(dcnEncoderOnnx(dcn), 'images', images);
  const output = await run(dcnDecoderOnnx(dcn), 'quantized', quantized);
  const ofLatent = largestDifference(encoded.latent.data as Float32Array, latent.dataSync());
  const ofSymbols = largestDifference(encoded.quantized.data as Float32Array, quantized.dataSync());
  const ofPicture = largestDifference(output.decoded.data as Float32Array, decoded.dataSync()) / 255;
  console.log(
    `${name}: latent ${ofLatent.toExponential(1)}, symbols ${ofSymbols}, decoded ${ofPicture.toExponential(1)}`,
  );
  if (!(ofLatent < LARGEST && ofPicture < LARGEST)) process.exitCode = 1;
}

await check('onnxruntime-node', await loadOnnxRuntime());
const source = options.wasm === undefined ? 'onnxruntime-web' : pathToFileURL(options.wasm).href;
const wasm = await import(source).catch((error: Error) => {
  throw new Error(`${error.message}: npm install --no-save onnxruntime-web, or give --wasm`);
});
await check('onnxruntime-web, WebAssembly', wasm);
