// Layers of TFJS that fail in training, or that an engine has a kernel for.

import { hasKernel, runKernel } from '../gradients/gradient.js';
import { tf } from '../tf.js';
import { type BatchNormalization, normalizeBatch } from './batch-normalization.js';
import { type LayerNormalization, normalizeLayer } from './layer-normalization.js';
import { callFused, type RecurrentLayer } from './recurrent.js';

interface Activation {
  apply(x: tf.Tensor): tf.Tensor;
}

/** What a weight that a layer does without is read as. */
const ABSENT = { read: () => null } as never;

const prototypeOf = <Layer>(className: string): Layer =>
  tf.serialization.SerializationMap.getMap().classNameMap[className][0].prototype as never;

/** Without scale or centre TFJS reads the weight that the layer does not have. */
function repairBatchNormalization(prototype: BatchNormalization): void {
  const { call } = prototype;
  prototype.call = function (inputs, kwargs) {
    const normalized = kwargs.training ? tf.tidy(() => normalizeBatch(this, inputs) as tf.Tensor) : null;
    if (normalized) return normalized;
    const { gamma, beta } = this;
    [this.gamma, this.beta] = [gamma ?? ABSENT, beta ?? ABSENT];
    try {
      return call.call(this, inputs, kwargs);
    } finally {
      [this.gamma, this.beta] = [gamma, beta];
    }
  };
}

function fuseLayerNormalization(prototype: LayerNormalization): void {
  const { call } = prototype;
  prototype.call = function (inputs, kwargs) {
    return tf.tidy(() => normalizeLayer(this, inputs) as tf.Tensor) ?? call.call(this, inputs, kwargs);
  };
}

function fuseRecurrence(prototype: RecurrentLayer): void {
  const { call } = prototype;
  prototype.call = function (inputs, kwargs) {
    return callFused(this, inputs, kwargs ?? {}) ?? call.call(this, inputs, kwargs);
  };
}

function fuseActivation(prototype: Activation, approximate: 'none' | 'tanh'): void {
  const { apply } = prototype;
  prototype.apply = function (x) {
    const isFused = x.dtype === 'float32' && hasKernel('Gelu');
    return isFused ? runKernel('Gelu', { x }, { approximate }) : apply.call(this, x);
  };
}

let repaired = false;

/** Idempotent. */
export function repairLayers(): void {
  if (repaired) return;
  repaired = true;
  repairBatchNormalization(prototypeOf('BatchNormalization'));
  fuseLayerNormalization(prototypeOf('LayerNormalization'));
  fuseRecurrence(prototypeOf('RNN'));
  fuseActivation(prototypeOf('gelu'), 'none');
  fuseActivation(prototypeOf('gelu_new'), 'tanh');
}
