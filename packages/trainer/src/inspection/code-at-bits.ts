import type { Picture } from '@sandwich/pictures';
import { type Coding, codeImageAt, type System } from '../evaluation/system.js';

/** An image at a setting of a codec. */
export type SettingCoding = Coding & { setting: string };

/**
 * Finds, by bisection, the setting at which a system makes about so many bits of an image.
 *
 * @param system its settings in the order of rising rate
 * @returns a function of the bits, which codes no setting twice
 */
export function coderAtBits(system: System, image: Picture): (bits: number) => Promise<SettingCoding> {
  const codings = new Map<number, SettingCoding>();
  const codeAt = async (index: number): Promise<SettingCoding> => {
    let coding = codings.get(index);
    if (coding === undefined) {
      const made = await codeImageAt(system, index, image);
      coding = { ...made, setting: made.setting.label };
      codings.set(index, coding);
    }
    return coding;
  };
  return async (bits) => {
    let [low, high] = [0, system.settings.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((await codeAt(middle)).bits < bits) low = middle;
      else high = middle;
    }
    const [below, above] = [await codeAt(low), await codeAt(high)];
    return bits - below.bits < above.bits - bits ? below : above;
  };
}
