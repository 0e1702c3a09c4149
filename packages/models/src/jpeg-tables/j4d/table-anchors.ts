import { flatTables, type QuantizationTables, type Subsampling, scaledTables } from '@sandwich/codecs';
import { fileTables } from '../file-tables.js';
import { type RampShape, rampTables } from '../table-ramp.js';

/** Tables that need no learning, from coarse to fine. */
export interface AnchorTables {
  name: string;
  subsampling: Subsampling;
  points: { name: string; tables: QuantizationTables }[];
}

/** Qualities of Annex K's tables by default. */
const QUALITIES = [5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 85, 90, 95, 98];
const STEPS = [120, 85, 60, 42, 30, 21, 15, 10, 7];
/** Ramps of which the best is chosen for accuracy. */
export const rampShapes: RampShape[] = [0, 0.1].flatMap((slope) => [1, 2].map((chroma) => ({ slope, chroma })));

const annexK = (subsampling: Subsampling, qualities: readonly number[]): AnchorTables => ({
  name: `Annex K, ${subsampling}`,
  subsampling,
  points: qualities.map((quality) => ({ name: `quality ${quality}`, tables: scaledTables(quality) })),
});

/** Names of anchors: default JPEG in 4:4:4 and 4:2:0, flat tables, and the ramp that is chosen for accuracy. */
export const tableAnchors = ['annex-k', 'annex-k-420', 'flat', 'ramp'] as const;

/** A name of `tableAnchors`. */
export type TableAnchor = (typeof tableAnchors)[number];

/** The anchors of some names that do not depend on any choice. */
export const fixedAnchors = (names: readonly TableAnchor[], qualities: readonly number[] = QUALITIES): AnchorTables[] =>
  tableAnchors.filter((name) => names.includes(name)).flatMap((name) => fixed[name]?.(qualities) ?? []);

const fixed: Partial<Record<TableAnchor, (qualities: readonly number[]) => AnchorTables>> = {
  'annex-k': (qualities) => annexK('4:4:4', qualities),
  'annex-k-420': (qualities) => annexK('4:2:0', qualities),
  flat: () => ({
    name: 'flat',
    subsampling: '4:4:4',
    points: STEPS.map((step) => ({ name: `flat ${step}`, tables: flatTables(step) })),
  }),
};

/** Ramps of a shape. */
export const rampAnchor = (shape: RampShape): AnchorTables => ({
  name: `ramp ${shape.slope}, chroma x ${shape.chroma}`,
  subsampling: '4:4:4',
  points: STEPS.map((step) => ({ name: `step ${step}`, tables: fileTables(rampTables(step, shape)) })),
});
