/** Where a format keeps metadata of applications. */
export interface MetadataFormat {
  /** The file with metadata of this project added, which other programs pass over. */
  add(file: Buffer, metadata: Uint8Array): Uint8Array;
  /** What `add` has added; undefined when there is none that can be found. */
  find(file: Buffer): Uint8Array | undefined;
}
