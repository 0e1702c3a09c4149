/**
 * How samples encode light: a function of a standard, or a power, as in a PNG file's gAMA chunk.
 *
 * `bt709` is the curve of BT.709, BT.601 and BT.2020; it is undone by the inverse of the camera's function (ITU-T H.273), as image
 * viewers do.
 */
export type Transfer = 'srgb' | 'linear' | 'bt709' | 'pq' | 'hlg' | { gamma: number };

/** Whether samples encode high dynamic range, which sRGB cannot hold. */
export const isHdr = (transfer: Transfer): transfer is 'pq' | 'hlg' => transfer === 'pq' || transfer === 'hlg';

/** Luminance of linear 1.0 in cd/m2: HDR reference white (ITU-R BT.2408). */
export const REFERENCE_WHITE = 203;

/** Nominal peak luminance of an HLG display, in cd/m2, and its system gamma (ITU-R BT.2100-2, table 5). */
export const HLG_PEAK = 1000;
export const HLG_SYSTEM_GAMMA = 1.2;

/**
 * The light that a sample in [0, 1] stands for. SDR: 1 is white. PQ: in units of 203 cd/m2. HLG: light of the scene in [0, 1], before
 * the display's system gamma.
 */
export function lightOf(transfer: Transfer): (sample: number) => number {
  if (typeof transfer === 'object') return (v) => v ** transfer.gamma;
  return CURVES[transfer];
}

const CURVES: Record<Exclude<Transfer, object>, (v: number) => number> = {
  linear: (v) => v,
  // IEC 61966-2-1
  srgb: (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4),
  bt709: (v) => (v < 4.5 * BT709_BETA ? v / 4.5 : ((v + BT709_ALPHA - 1) / BT709_ALPHA) ** (1 / 0.45)),
  pq,
  hlg: (v) => (v <= 0.5 ? (v * v) / 3 : (Math.exp((v - HLG_C) / HLG_A) + HLG_B) / 12),
};

const BT709_ALPHA = 1.099296826809442;
const BT709_BETA = 0.018053968510807;

const HLG_A = 0.17883277;
const HLG_B = 1 - 4 * HLG_A;
const HLG_C = 0.5 - HLG_A * Math.log(4 * HLG_A);

/** Luminance of full PQ samples in cd/m2, and the constants of SMPTE ST 2084. */
const PQ_PEAK = 10_000;
const [PQ_M1, PQ_M2] = [2610 / 16384, (2523 / 4096) * 128];
const [PQ_C1, PQ_C2, PQ_C3] = [3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];

/** SMPTE ST 2084. */
function pq(v: number): number {
  const power = v ** (1 / PQ_M2);
  return (PQ_PEAK / REFERENCE_WHITE) * (Math.max(power - PQ_C1, 0) / (PQ_C2 - PQ_C3 * power)) ** (1 / PQ_M1);
}

/** The PQ sample in [0, 1] of light in units of 203 cd/m2 (SMPTE ST 2084); light outside of 0 to 10,000 cd/m2 is clipped. */
export function encodePq(light: number): number {
  const power = Math.min(Math.max((light * REFERENCE_WHITE) / PQ_PEAK, 0), 1) ** PQ_M1;
  return ((PQ_C1 + PQ_C2 * power) / (1 + PQ_C3 * power)) ** PQ_M2;
}

/** The sRGB sample in [0, 1] of light; light outside of that range is clipped. */
export function encodeSrgb(light: number): number {
  if (light >= 1) return 1;
  if (light > 0.0031308) return 1.055 * light ** (1 / 2.4) - 0.055;
  return light > 0 ? 12.92 * light : 0;
}
