/**
 * The quantiser step at which neither a finer nor a coarser one pays, to start training from: with the published start,
 * `initialQstep`, which is a third of it, the networks first learn to shrink the contrast of the bottleneck instead.
 *
 * Uniform quantisation with step q costs D = q^2 / 12 a sample, and its bits fall by log2 of q: dD = q dq / 6, dR = -dq / (q ln 2).
 * D + gamma R is least where q / 6 = gamma / (q ln 2).
 *
 * @param gamma Squared error that one bit is worth.
 * @returns sqrt(6 gamma / ln 2), at least 1.
 */
export const balancedQstep = (gamma: number): number => Math.max(Math.sqrt((6 * gamma) / Math.LN2), 1);
