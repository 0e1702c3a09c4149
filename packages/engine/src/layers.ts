// TFJS's layers that fail in training.

import { tf } from './tf.js';

interface BatchNormalization {
  gamma?: unknown;
  beta?: unknown;
  call(inputs: unknown, kwargs: unknown): unknown;
}

/** What a weight that a layer does without is read as. */
const ABSENT = { read: () => null };

let repaired = false;

/** `batchNormalization` without scale or centre reads the weight that it does not have. Idempotent. */
export function repairLayers(): void {
  if (repaired) return;
  repaired = true;
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const prototype: BatchNormalization = classNameMap.BatchNormalization[0].prototype as never;
  const { call } = prototype;
  prototype.call = function (inputs, kwargs) {
    const { gamma, beta } = this;
    [this.gamma, this.beta] = [gamma ?? ABSENT, beta ?? ABSENT];
    try {
      return call.call(this, inputs, kwargs);
    } finally {
      [this.gamma, this.beta] = [gamma, beta];
    }
  };
}
