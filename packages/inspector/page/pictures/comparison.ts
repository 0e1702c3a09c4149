import type { ShownMeasure } from '../../src/inspection.js';
import type { View } from './stages/pane.js';
import type { ShownView } from './views.js';

/** Two pictures of an item, and how they are looked at. */
export interface Comparison extends View {
  views: readonly ShownView[];
  left: ShownView;
  right: ShownView;
  onLeft(id: string): void;
  onRight(id: string): void;
  /** Whose value stands beside each picture. */
  measure: ShownMeasure;
}
