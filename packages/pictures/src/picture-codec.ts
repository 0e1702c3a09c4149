import type { Picture } from './picture.js';

/** Pictures to the bytes of a file and back: what a trained system is to those who only want to use it. */
export interface PictureCodec<EncodeOptions extends object = object, DecodeOptions extends object = object> {
  /** Bits per sample of the pictures that it takes and gives, 8 to 16. */
  readonly bitDepth: number;
  /**
   * Makes the file of a picture.
   *
   * @throws RangeError when the picture or an option is out of range
   */
  encode(picture: Picture, options?: EncodeOptions): Promise<Uint8Array>;
  /**
   * Restores the picture of a file that `encode` has made.
   *
   * @throws Error with the reason when that is not possible
   */
  decode(bytes: Uint8Array, options?: DecodeOptions): Promise<Picture>;
}
