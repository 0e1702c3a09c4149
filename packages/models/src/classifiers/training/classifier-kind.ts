import { encodeSafetensors } from '@sandwich/engine';
import { registerKind, type System, type SystemKind } from '@sandwich/trainer';
import { frozenResNet } from '../frozen-resnet.js';
import { networkRecogniser } from '../network-recogniser.js';
import type { Recogniser } from '../recogniser.js';
import { resnet } from '../resnet.js';
import { Classifier } from './classifier.js';

/** What can be done with a trained classifier. */
export const classifierKind: SystemKind<Classifier> = registerKind<Classifier>({
  name: 'classifier',
  module: '@sandwich/models',
  build: (architecture) => new Classifier(architecture),
  facts: ({ architecture: { depth, classes } }) => [
    { label: 'Network', value: `ResNet-${depth}` },
    { label: 'Classes', value: classes.join(', ') },
  ],
  exports: {
    folder: 'weights',
    files: (system, origin) => ({
      [`resnet${system.architecture.depth}.safetensors`]: encodeSafetensors({
        tensors: system.tensors(),
        metadata: origin,
      }),
    }),
  },
  packedWeights: 'float32',
});

/**
 * A trained classifier as a recogniser, with frozen weights of its own.
 *
 * @param system such as `loadRun` gives; it stays the caller's
 * @throws TypeError for another system than a classifier
 * @example
 * const { system } = await loadRun('runs/resnet20');
 * const recogniser = trainedRecogniser(system);
 */
export function trainedRecogniser(system: System): Recogniser {
  if (!(system instanceof Classifier)) {
    throw new TypeError(`trainedRecogniser: the system must be a classifier, got ${system.kind}`);
  }
  const { depth } = system.architecture;
  return networkRecogniser(`resnet${depth}`, frozenResNet(resnet(depth), system.tensors()));
}
