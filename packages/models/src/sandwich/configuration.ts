/** Which U-Nets take part: none, the post-processor's only, or both. */
export type Configuration = 'mlps-only' | 'mlps-and-post' | 'full';

/** Options of `scheduledConfiguration`. */
export interface ConfigurationThresholds {
  /** Fraction of the training with pointwise networks only. Default 0. */
  mlpsOnly?: number;
  /** Fraction of the training at which the pre-processor's U-Net joins, too. Default 0. */
  mlpsAndPost?: number;
}

/**
 * The configuration of the published schedule.
 *
 * @param progress Fraction of the training that is done, in [0, 1].
 * @example
 * model.setConfiguration(scheduledConfiguration(step / steps, { mlpsOnly: 0.1, mlpsAndPost: 0.2 }));
 */
export function scheduledConfiguration(
  progress: number,
  { mlpsOnly = 0, mlpsAndPost = 0 }: ConfigurationThresholds = {},
): Configuration {
  if (progress < mlpsOnly) return 'mlps-only';
  return progress < mlpsAndPost ? 'mlps-and-post' : 'full';
}
