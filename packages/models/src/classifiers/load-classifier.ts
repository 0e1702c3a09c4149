import { readTensors, type StoredTensor } from '@sandwich/engine';
import type { FrozenNetwork } from './frozen-network.js';
import { frozenResNet } from './frozen-resnet.js';
import { networkRecogniser } from './network-recogniser.js';
import type { Recogniser } from './recogniser.js';
import { resnet, resnetShapes } from './resnet.js';
import { frozenSqueezeNet, squeezeNetShapes } from './squeezenet.js';

/** Classifiers whose weights can be loaded by name. */
export const classifierNames = ['resnet20', 'resnet32', 'resnet44', 'resnet56', 'squeezenet1_1'] as const;

/** One of `classifierNames`. */
/** One of `classifierNames`. */
export type ClassifierName = (typeof classifierNames)[number];

/** Which classifier, and its weights. */
export interface ClassifierOptions {
  name: ClassifierName;
  /**
   * A .safetensors file with float32 tensors under the names that they have in PyTorch: those of akamaster/pytorch_resnet_cifar10
   * (`layer1.0.conv1.weight`), or of torchvision (`features.3.squeeze.weight`).
   */
  weights: string;
}

interface Definition {
  shapes: Record<string, number[]>;
  freeze(tensors: Record<string, StoredTensor>): FrozenNetwork;
}

const CIFAR_CLASSES = 10;

function cifar(depth: number): Definition {
  const net = resnet(depth);
  return { shapes: resnetShapes(net, CIFAR_CLASSES), freeze: (tensors) => frozenResNet(net, tensors) };
}

const definitions: Record<ClassifierName, () => Definition> = {
  resnet20: () => cifar(20),
  resnet32: () => cifar(32),
  resnet44: () => cifar(44),
  resnet56: () => cifar(56),
  squeezenet1_1: () => ({ shapes: squeezeNetShapes, freeze: frozenSqueezeNet }),
};

/**
 * Loads a trained classifier: a residual network for the ten classes of CIFAR-10, or SqueezeNet 1.1 for the thousand of ImageNet. Images are RGB
 * in [0, 255]; they are normalised within.
 *
 * @throws Error naming the file and what is wrong with it, both shapes where a tensor has another than it should
 * @example
 * const classifier = await loadClassifier({ name: 'resnet20', weights: 'resnet20-cifar10.safetensors' });
 * const gradient = tf.grad((images: tf.Tensor4D) => classifier.loss(classifier.apply(images), labels).sum())(images);
 * classifier.dispose();
 */
export async function loadClassifier({ name, weights }: ClassifierOptions): Promise<Recogniser> {
  if (!Object.hasOwn(definitions, name)) {
    throw new Error(`loadClassifier: unknown classifier '${name}'; known are ${classifierNames.join(', ')}`);
  }
  const { shapes, freeze } = definitions[name]();
  const tensors = await readTensors(weights, { shapes, owner: name, title: 'weights' });
  return networkRecogniser(name, freeze(tensors));
}
