import type { CodecDescription, DifferentiableCodec } from './codec.js';

/** How a codec is built again from what its `describe` returns. */
export interface CodecKind<Description extends CodecDescription = CodecDescription> {
  /**
   * A codec whose parameters begin as those of the one described did.
   *
   * @throws RangeError when an option is out of range
   */
  build(description: Description): DifferentiableCodec;

  /** What is missing from a description since JSON cannot hold it, for people; undefined when nothing is. */
  missing?(description: Description): string | undefined;
}
