import { tf } from '@sandwich/engine';
import type { SegmentedPicture } from '@sandwich/evaluation';
import { registerKind, resolveStoredSettings, type System, type SystemKind } from '@sandwich/trainer';
import { pixelRecogniser } from '../network-recogniser.js';
import type { Recogniser } from '../recogniser.js';
import { segmenterObjective, segmenterSettings } from './define-segmenter.js';
import { Segmenter } from './segmenter.js';

/** What can be done with a trained segmenter. */
export const segmenterKind: SystemKind<Segmenter> = registerKind<Segmenter>({
  name: 'segmenter',
  module: '@sandwich/models',
  build: (architecture) => new Segmenter(architecture),
  async objective({ architecture, settings }) {
    const resolved = resolveStoredSettings({ settings: segmenterSettings }, settings);
    return segmenterObjective(new Segmenter(architecture), resolved);
  },
  facts: ({ architecture: { filters, classes } }) => [
    { label: 'Network', value: `U-Net of ${filters.join(', ')} channels` },
    { label: 'Classes', value: classes.join(', ') },
  ],
});

/**
 * A trained segmenter as a recogniser of the class of each pixel, with frozen weights of its own.
 *
 * @param system such as `loadRun` gives; it stays the caller's
 * @throws TypeError for another system than a segmenter
 */
export function segmentingRecogniser(system: System): Recogniser<SegmentedPicture> {
  if (!(system instanceof Segmenter)) {
    throw new TypeError(`segmentingRecogniser: the system must be a segmenter, got ${system.kind}`);
  }
  const copy = new Segmenter(system.architecture);
  for (const [path, variable] of Object.entries(copy.parameters)) {
    tf.tidy(() => variable.assign(system.parameters[path].clone()));
    variable.trainable = false;
  }
  return pixelRecogniser('segmenter', {
    classes: system.architecture.classes.length,
    smallestSide: 1,
    logits: (images) => copy.apply(images),
    dispose: () => copy.dispose(),
  });
}
