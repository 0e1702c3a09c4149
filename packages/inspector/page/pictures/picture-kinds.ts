import type { ShownCoding, ShownImage, ShownPicture, ShownRate } from '../../src/inspection.js';

/** The pictures that there are of an image at a rate. */
export type PictureKind = 'original' | 'bottleneck' | 'compressed' | 'sandwich' | 'plain';

/** A picture of the page, with its name and, where a system made it, what it cost. */
export interface LabelledPicture {
  kind: PictureKind;
  label: string;
  picture: ShownPicture;
  /** Of what a system made. */
  coding?: ShownCoding;
}

export function picturesOf(image: ShownImage, rate: ShownRate): Record<PictureKind, LabelledPicture> {
  const { sandwich, compressedBottleneck, plain } = rate;
  return {
    original: { kind: 'original', label: 'Original', picture: image.original },
    bottleneck: { kind: 'bottleneck', label: 'Bottleneck', picture: image.bottleneck },
    compressed: { kind: 'compressed', label: 'Compressed bottleneck', picture: compressedBottleneck },
    sandwich: { kind: 'sandwich', label: 'Sandwich', picture: sandwich.picture, coding: sandwich },
    plain: { kind: 'plain', label: plain.name, picture: plain.picture, coding: plain },
  };
}
