import type { QuantizationTables } from '@sandwich/codecs';

/** One number of the shape of tables. */
export interface ShapeParameter {
  start: number;
  /** How far it is moved at first; of its logarithm where `log` is set. */
  stride: number;
  /** Beyond it nothing changes, or nothing is left of a picture. */
  range: readonly [low: number, high: number];
  /** Whether it is searched by its logarithm. */
  log?: boolean;
}

/** Tables that a few numbers, their shape, and a step describe: the larger the step, the coarser they are. */
export interface TableFamily<Shape extends Record<keyof Shape, number>> {
  readonly parameters: Readonly<Record<keyof Shape, ShapeParameter>>;
  readonly steps: readonly [least: number, most: number];
  /** @returns steps of any size, not rounded */
  tables(step: number, shape: Shape): QuantizationTables;
}
