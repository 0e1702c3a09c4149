import type { View } from './pane.js';
import type { LabelledPicture, PictureKind } from './picture-kinds.js';

/** Two pictures of an image, and how they are looked at. */
export interface Comparison extends View {
  pictures: Record<PictureKind, LabelledPicture>;
  left: PictureKind;
  right: PictureKind;
  onLeft(kind: PictureKind): void;
  onRight(kind: PictureKind): void;
}
