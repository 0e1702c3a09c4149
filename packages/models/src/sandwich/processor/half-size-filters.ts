// `contenders/fixtures/make_linear_filters.py` finds these filters by least squares on photographs.

/** y[i] = sum_k REDUCTION[k] x[2 i + k - 3]. */
export const REDUCTION = [-0.02802, -0.09087, 0.14574, 0.47314, 0.47314, 0.14574, -0.09087, -0.02802];

/** x[2 i] = sum_j ENLARGEMENT[j] y[i + j - 3], and x[2 i + 1] = sum_j ENLARGEMENT[j] y[i + 3 - j]. */
export const ENLARGEMENT = [0.01945, -0.02162, 0.20474, 0.90665, -0.20302, 0.13247, -0.03901];

/** What the reduction leaves out: its mirror image in frequency. */
export const DETAIL_REDUCTION = REDUCTION.map((tap, k) => (k % 2 === 0 ? tap : -tap));
/** As `ENLARGEMENT`, of luma beside details. */
export const LUMA_ENLARGEMENT = [0.01047, 0.00965, 0.19619, 0.90971, -0.21138, 0.11133, -0.02627];
/** The same of details, whose odd samples have the other sign. */
export const DETAIL_ENLARGEMENT = [0.00854, 0.01098, -0.04681, -0.62987, 0.25856, -0.07471, 0.03743];
/** Weight of details beside chroma. */
export const DETAIL_WEIGHT = 0.7;
/** Taps of the binomial filter by which the sender makes chroma narrow. */
export const SENT_CHROMA_TAPS = 5;
/** Taps of the binomial filter by which the receiver takes chroma out. */
export const RECEIVED_CHROMA_TAPS = 7;
