/** A point of a curve, and what a tooltip says of it. */
export interface ChartPoint {
  x: number;
  y: number;
  details: readonly (readonly [label: string, value: string])[];
}

export interface ChartCurve {
  name: string;
  colour: string;
  points: readonly ChartPoint[];
  dashed?: boolean;
  opacity?: number;
  /** Drawn, and passed over by the pointer. */
  silent?: boolean;
}

/** Which point of which curve. */
export interface ChartPosition {
  curve: number;
  point: number;
}
