import type { Picture } from '@sandwich/pictures';

/** Pictures each of which belongs to one of a number of classes. */
export interface LabelledPictures {
  /** For people, such as `1000 pictures of 10 classes of test.bin`. */
  readonly description: string;
  /** Names of the classes; a label is the index of one. */
  readonly classes: readonly string[];
  /** The label of each picture. */
  readonly labels: Int32Array;
  /** Where each picture lies, for people: a file, or a file and the picture's number in it. */
  readonly names: readonly string[];
  /** The size of each picture, pixels. */
  readonly sizes: readonly { width: number; height: number }[];
  /**
   * The picture of an index, sRGB of 8 bits; gray ones as RGB.
   *
   * @throws UnusableImage when its file is damaged, or has changed since it was opened
   */
  picture(index: number): Promise<Picture<Uint8Array, 3>>;
}

/** Those pictures of a set that have the given indexes, in their order; labels and classes stay as they are. */
export function selectPictures(pictures: LabelledPictures, indexes: readonly number[]): LabelledPictures {
  const count = pictures.labels.length;
  const wrong = indexes.find((index) => !Number.isInteger(index) || index < 0 || index >= count);
  if (wrong !== undefined) throw new RangeError(`selectPictures: there are ${count} pictures, got the index ${wrong}`);
  return {
    ...pictures,
    description: `${indexes.length} of ${pictures.description}`,
    labels: Int32Array.from(indexes, (index) => pictures.labels[index]),
    names: indexes.map((index) => pictures.names[index]),
    sizes: indexes.map((index) => pictures.sizes[index]),
    picture: (index) => pictures.picture(indexes[index]),
  };
}
