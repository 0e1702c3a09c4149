import { type Parameters, tf } from '@sandwich/engine';

/** What a file is coded with at a rate: factors of the channels before they are quantised, and after. */
export interface Gains<T = tf.Tensor1D> {
  encoder: T;
  decoder: T;
}

/**
 * One network for a range of rates: each channel of its latent is multiplied by a gain before it is quantised and by another one afterwards, trained at some
 * rates, with logarithms interpolated between these (Cui et al., "Asymmetric gained deep image compression with continuous rate adaptation", CVPR 2021).
 */
export class GainUnits {
  /** `gain/encoder` and `gain/decoder`, natural logarithms, [rates, features]. */
  readonly parameters: Parameters;

  /**
   * @param rates at least 2, that lie evenly between the lowest one, 0, and the highest, 1
   * @param octaves the quantiser steps of the lowest rate begin 2^octaves times as large as those of the highest, in the middle with gains of 1
   */
  constructor(
    readonly rates: number,
    features: number,
    octaves: number,
  ) {
    const logs = Float32Array.from(
      { length: rates * features },
      (_, i) => Math.LN2 * octaves * (Math.floor(i / features) / (rates - 1) - 0.5),
    );
    this.parameters = tf.tidy(() => ({
      'gain/encoder': tf.variable(tf.tensor2d(logs, [rates, features])),
      'gain/decoder': tf.variable(tf.neg(tf.tensor2d(logs, [rates, features]))),
    }));
  }

  /** The gains of a rate. @param rate of 0, the lowest, to 1, the highest. @throws RangeError for another one */
  at(rate: number): Gains {
    if (!(rate >= 0 && rate <= 1)) throw new RangeError(`Dcn: rates lie between 0 and 1, got ${rate}`);
    const place = rate * (this.rates - 1);
    const shares = Array.from({ length: this.rates }, (_, i) => Math.max(0, 1 - Math.abs(place - i)));
    return tf.tidy(() => {
      const gain = (logs: tf.Variable) =>
        tf.exp(tf.sum<tf.Tensor1D>(tf.mul(logs, tf.tensor2d(shares, [this.rates, 1])), 0));
      return { encoder: gain(this.parameters['gain/encoder']), decoder: gain(this.parameters['gain/decoder']) };
    });
  }
}
