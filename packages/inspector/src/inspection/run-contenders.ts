import { type EncoderName, encoders } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import type { Contest } from '@sandwich/trainer';
import { contestsOf, type EvaluatedRun } from '../evaluation/evaluated-run.js';

/** The rates that the qualities span where none are given, bpp. */
const RATES: [number, number] = [0.3, 1.2];

/** Settings that are asked for, under the name that a codec has for them. @param asked quantiser steps for JPEG, qualities for other codecs */
export const settingsFor = (
  codec: EncoderName,
  asked?: readonly number[],
): { qsteps?: readonly number[]; qualities?: readonly number[] } =>
  asked === undefined ? {} : { [encoders[codec].codec === 'jpeg' ? 'qsteps' : 'qualities']: asked };

/**
 * The coders whose pictures are shown: the candidate at a few settings, and the anchors at every one that they have, in the order of rising
 * rate.
 *
 * @param asked quantiser steps for JPEG, qualities for other codecs
 * @param pictures of which the qualities are chosen
 */
export async function runContenders(
  run: EvaluatedRun,
  codec: EncoderName,
  asked: readonly number[] | undefined,
  pictures: readonly Picture[],
): Promise<Contest> {
  const [contest] = await contestsOf(run, {
    ...(codec !== 'jpeg' && { codecs: [codec] }),
    purpose: 'pictures',
    settings: settingsFor(codec, asked),
    range: RATES,
    items: pictures,
    note: () => {},
  });
  return contest;
}
