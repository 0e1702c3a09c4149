/** Which U-Nets take part: none, the post-processor's only, or both. */
export type ActiveNetworks = 'mlps-only' | 'mlps-and-post' | 'full';

/** Options of `scheduledNetworks`. */
export interface NetworkSchedule {
  /** Fraction of the training with pointwise networks only. Default 0. */
  mlpsOnly?: number;
  /** Fraction of the training at which the pre-processor's U-Net joins, too. Default 0. */
  mlpsAndPost?: number;
}

/**
 * The U-Nets that take part by the published schedule.
 *
 * @param progress Fraction of the training that is done, in [0, 1].
 * @example
 * model.setActiveNetworks(scheduledNetworks(step / steps, { mlpsOnly: 0.1, mlpsAndPost: 0.2 }));
 */
export function scheduledNetworks(
  progress: number,
  { mlpsOnly = 0, mlpsAndPost = 0 }: NetworkSchedule = {},
): ActiveNetworks {
  if (progress < mlpsOnly) return 'mlps-only';
  return progress < mlpsAndPost ? 'mlps-and-post' : 'full';
}
