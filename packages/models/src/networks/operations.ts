/** A square convolution of stride 1 with 'same' padding and a bias. */
export interface Convolution {
  name: string;
  size: number;
  inputs: number;
  outputs: number;
}

/** Functions between convolutions; the leaky ReLU has a slope of 0.2 below zero. */
export type Activation = 'relu' | 'leaky-relu' | 'sigmoid';

/** Slope of the leaky ReLU below zero. */
export const LEAKY_SLOPE = 0.2;

/** What a network is made of, for values of any type: tensors, nodes of an ONNX graph, or nothing but the list of layers. */
export interface Operations<T> {
  /** A convolution with a bias. */
  convolution(x: T, layer: Convolution): T;
  /** Batch normalisation with a factor and an offset per channel. */
  batchNorm(x: T, layer: { name: string; channels: number }): T;
  /** A function of each sample. */
  activation(x: T, name: Activation): T;
  /** The largest of each 2x2 samples; odd rows and columns at the end are dropped. */
  maxPool(x: T): T;
  /** The sum of two values of one shape. */
  add(a: T, b: T): T;
}

/** A network as a function of its operations, so that running, exporting and listing its layers follow one description. */
export type NetworkDescription = <T>(operations: Operations<T>, x: T) => T;

/** The layers with weights of a description, in the order in which they compute. */
export function layersOf(description: NetworkDescription) {
  const convolutions: Convolution[] = [];
  const batchNorms: { name: string; channels: number }[] = [];
  description<null>(
    {
      convolution: (_, layer) => {
        convolutions.push(layer);
        return null;
      },
      batchNorm: (_, layer) => {
        batchNorms.push(layer);
        return null;
      },
      activation: () => null,
      maxPool: () => null,
      add: () => null,
    },
    null,
  );
  return { convolutions, batchNorms };
}
