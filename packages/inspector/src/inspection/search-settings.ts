import type { Coder, Coding } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';

/** What is remembered of a setting that was tried. */
interface Tried {
  bits: number;
  quality: number;
}

/** Settings of a coder, found by what they make of one picture. */
export interface SettingSearch {
  /** The setting whose files are nearest to so many bits. */
  nearestInBits(bits: number): Promise<Coding>;
  /** The bits with which the coder reaches a quality, linear in their logarithm between neighbouring settings; null where none does. */
  bitsAtQuality(quality: number): Promise<number | null>;
}

/** Codes a picture at one setting. */
export async function codeAt(coder: Coder, picture: Picture, setting: number): Promise<Coding> {
  for await (const coding of coder.code(picture, [setting])) return coding;
  throw new Error(`${coder.name} made nothing at its setting ${coder.settings[setting]}`);
}

/**
 * Searches the settings of a coder by bisection. No setting is tried twice.
 *
 * @param coder its settings in the order of rising rate and quality
 * @param qualityOf more is better
 */
export function searchSettings(
  coder: Coder,
  picture: Picture,
  qualityOf: (output: Picture) => Promise<number>,
): SettingSearch {
  const tried = new Map<number, Tried>();
  const tryAt = async (setting: number): Promise<Tried> => {
    let known = tried.get(setting);
    if (known === undefined) {
      const { bits, output } = await codeAt(coder, picture, setting);
      known = { bits, quality: await qualityOf(output) };
      tried.set(setting, known);
    }
    return known;
  };
  /** Neighbouring settings, of which the first is below what is wanted and the second is not; the last or first two beyond the ends. */
  const bracket = async (isBelow: (at: Tried) => boolean): Promise<[number, number]> => {
    let [low, high] = [0, coder.settings.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (isBelow(await tryAt(middle))) low = middle;
      else high = middle;
    }
    return [low, high];
  };
  return {
    async nearestInBits(bits) {
      const [low, high] = await bracket((at) => at.bits < bits);
      const [below, above] = [await tryAt(low), await tryAt(high)];
      return codeAt(coder, picture, bits - below.bits < above.bits - bits ? low : high);
    },
    async bitsAtQuality(quality) {
      const [low, high] = await bracket((at) => at.quality < quality);
      const [below, above] = [await tryAt(low), await tryAt(high)];
      for (const { bits, quality: reached } of [below, above]) if (reached === quality) return bits;
      if (!(below.quality < quality && quality < above.quality)) return null;
      const weight = (quality - below.quality) / (above.quality - below.quality);
      return below.bits * (above.bits / below.bits) ** weight;
    },
  };
}
