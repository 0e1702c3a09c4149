import {
  type CodecDescription,
  type CodedTensors,
  type DifferentiableCodec,
  registerCodec,
} from '@sandwich/codec-proxy';
import { type Parameters, tf } from '@sandwich/engine';
import { multipleOf } from '@sandwich/pictures';
import type { DcnArchitecture } from './architecture.js';
import { Dcn, LATENT_STRIDE } from './dcn.js';

/** What `DcnProxy.describe` returns. */
export interface DcnProxyDescription extends CodecDescription {
  codec: 'dcn';
  architecture: DcnArchitecture;
}

/** The image up to sides that are multiples of 8, its last pixels repeated. */
function padded(images: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = images.shape;
  const indices = (size: number) =>
    Array.from({ length: multipleOf(LATENT_STRIDE, size) }, (_, i) => Math.min(i, size - 1));
  const tall = height % LATENT_STRIDE === 0 ? images : tf.gather(images, tf.tensor1d(indices(height), 'int32'), 1);
  return width % LATENT_STRIDE === 0 ? tall : tf.gather(tall, tf.tensor1d(indices(width), 'int32'), 2);
}

/**
 * A DCN as what codes the bottleneck of a sandwich, three channels. Its weights are trained with the networks unless the optimiser freezes them. The rate of an
 * image is what entropy codes of its own cost its symbols, channel by channel, as its file would hold them.
 */
export class DcnProxy implements DifferentiableCodec {
  readonly knobs = [];

  /** @param dcn the proxy owns and disposes it */
  constructor(readonly dcn: Dcn) {}

  /** The weights of the networks. */
  get parameters(): Parameters {
    return this.dcn.parameters;
  }

  /** @throws RangeError unless there are three channels */
  blockSize(channels: number): number {
    if (channels !== 3) throw new RangeError(`DcnProxy: it codes 3 channels, got ${channels}`);
    return LATENT_STRIDE;
  }

  /** The architecture; weights are kept as parameters. */
  describe(): DcnProxyDescription {
    return { codec: 'dcn', architecture: this.dcn.architecture };
  }

  /** As `DifferentiableCodec` says. */
  apply(images: tf.Tensor4D): CodedTensors {
    const [batch, height, width, channels] = images.shape;
    this.blockSize(channels);
    return tf.tidy(() => {
      const whole = padded(images);
      const symbols = (whole.shape[1] * whole.shape[2] * this.dcn.architecture.features) / LATENT_STRIDE ** 2;
      // Each image alone, since each file has codes of its own.
      const coded = tf.split<tf.Tensor4D>(whole, batch).map((image) => this.dcn.apply(image, 'channels'));
      const decoded = tf.concat(coded.map((one) => one.decoded));
      return {
        decoded: tf.slice(decoded, [0, 0, 0, 0], [batch, height, width, channels]),
        rate: tf.mul<tf.Tensor1D>(tf.stack(coded.map(({ entropy }) => entropy)), symbols),
      };
    });
  }

  /** Frees the networks. */
  dispose(): void {
    this.dcn.dispose();
  }
}

registerCodec<DcnProxyDescription>('dcn', { build: ({ architecture }) => new DcnProxy(new Dcn(architecture)) });
