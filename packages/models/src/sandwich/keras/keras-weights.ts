import type { StoredTensor } from '@sandwich/engine';

/** One weight of a file. */
export interface KerasWeight {
  /** What the file calls it. */
  name: string;
  /** @throws Error when it is damaged or no float32. */
  read(): StoredTensor;
}

/** The weights of a Keras model. */
export interface KerasWeights {
  /** Each of them once. */
  all: KerasWeight[];
  /**
   * The weight that an attribute of the model holds.
   *
   * @param path Names of attributes and indices of lists, such as `_unet_preprocessor/_encoder_blocks/0/_block_layers/1/kernel`.
   */
  find(path: string): KerasWeight | undefined;
}
