import type { CodecName } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import { chooseQualities } from '../evaluation/choose-qualities.js';
import { jpegSystems, otherSystems } from '../evaluation/codec-systems.js';
import type { EvaluatedRun } from '../evaluation/evaluated-run.js';
import { flatSettings, qualitySettings, type System } from '../evaluation/system.js';
import { coderOf } from './coder-of.js';
import type { Contenders } from './compare-codings.js';

/** Shown settings of the sandwich's codec, as multiples of the step that it was trained with. */
const STEP_MULTIPLES = [1, 2, 4];
/** How many qualities of another codec are shown, and the rates that they span, bpp. */
const QUALITIES = 3;
const RATES: [number, number] = [0.3, 1.2];
/** Of flat tables, and of codecs that have a quality of which 100 may mean lossless. */
const LARGEST_STEP = 255;
const LARGEST_QUALITY = 99;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

const contenders = (candidate: System, anchors: readonly System[], bitDepth: number): Contenders => ({
  candidate: coderOf(candidate, { withViews: true }),
  anchors: anchors.map((anchor) => coderOf(anchor, { withViews: false })),
  bitDepth,
});

/**
 * The coders whose pictures are shown: the networks at a few settings, and the codec alone at every one that it has, in the order of
 * rising rate.
 *
 * @param run with one codec
 * @param asked quantiser steps for JPEG, qualities for other codecs
 * @param images of which the qualities are chosen
 */
export async function runContenders(
  { models, codecs, trainedStep }: EvaluatedRun,
  asked: readonly number[] | undefined,
  images: readonly Picture[],
): Promise<Contenders> {
  const [[name, codec]] = codecs as ReadonlyMap<CodecName, NonNullable<ReturnType<typeof codecs.get>>>;
  if (name === 'jpeg') {
    const qualities = upTo(LARGEST_QUALITY);
    const steps = { trained: trainedStep, asked, multiples: STEP_MULTIPLES, qualities };
    const { sandwich, plain } = jpegSystems(models, codec, steps);
    // Without an estimate of the rate, which would be of the same bits.
    const flat = flatSettings(upTo(LARGEST_STEP).reverse()).map(({ label, tables }) => ({ label, tables }));
    const isFlat = ({ settings: [{ label }] }: System) => label.startsWith('flat ');
    const anchors = plain.map((system) => (isFlat(system) ? { ...system, settings: flat } : system));
    return contenders(sandwich, anchors, models.bitDepth);
  }
  const { model, plain: alone } = models;
  const qualities =
    asked ??
    (await chooseQualities(
      [
        { model, codec },
        { model: alone, codec },
      ],
      images,
      RATES,
      QUALITIES,
    ));
  const { sandwich, plain } = otherSystems(models, codec, qualities);
  const settings = qualitySettings(codec, upTo(LARGEST_QUALITY));
  return contenders(
    sandwich,
    plain.map((system) => ({ ...system, settings })),
    models.bitDepth,
  );
}
