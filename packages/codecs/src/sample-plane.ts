/** One colour component of an image: `height` rows of `width` 8-bit samples. */
export interface SamplePlane {
  samples: Uint8Array;
  width: number;
  height: number;
}

/** Grows a plane to the right and downwards by repeating its last column and its last row, as libjpeg does to fill whole blocks. */
export function replicateEdges(plane: SamplePlane, width: number, height: number): SamplePlane {
  if (width === plane.width && height === plane.height) return plane;
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < plane.height; y++) {
    const source = y * plane.width;
    const target = y * width;
    samples.set(plane.samples.subarray(source, source + plane.width), target);
    samples.fill(plane.samples[source + plane.width - 1], target + plane.width, target + width);
  }
  const lastRow = (plane.height - 1) * width;
  for (let y = plane.height; y < height; y++) samples.copyWithin(y * width, lastRow, lastRow + width);
  return { samples, width, height };
}

/** Fills up a plane to whole 8x8 blocks. */
export function wholeBlocks(plane: SamplePlane): SamplePlane {
  return replicateEdges(plane, multipleOf(8, plane.width), multipleOf(8, plane.height));
}

/** The upper left part of a plane. */
export function cropped(plane: SamplePlane, width: number, height: number): SamplePlane {
  if (width === plane.width) return { samples: plane.samples.subarray(0, width * height), width, height };
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    samples.set(plane.samples.subarray(y * plane.width, y * plane.width + width), y * width);
  }
  return { samples, width, height };
}

/** The least multiple of `unit` that is not below `length`. */
export function multipleOf(unit: number, length: number): number {
  return unit * Math.ceil(length / unit);
}
