import { codecs, type EncoderName, encoders } from '@sandwich/codecs';
import type { Light } from '@sandwich/data';
import { withoutEngine } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { type Contest, type EvaluationRequest, loadRun, systemKey, type TrainedRun } from '@sandwich/trainer';
import { checkWhole } from './check-steps.js';

/** A run whose system is loaded. */
export interface EvaluatedRun extends Pick<TrainedRun, 'configuration' | 'checkpoint' | 'kind' | 'system'> {
  /** Its directory. */
  run: string;
  /** The experiment and how long it was trained, for people. */
  label: string;
  /** Bits per sample of the pictures that it takes. */
  bitDepth: number;
  /** What they encode, default `display`. */
  light?: Light;
}

/** Runs whose systems are loaded, all for pictures of one bit depth and light. */
export interface EvaluatedRuns {
  runs: EvaluatedRun[];
  /** Bits per sample of the pictures that all of them take. */
  bitDepth: number;
  light?: Light;
  /** Frees the systems. */
  dispose(): void;
}

/** What is asked of every run of an evaluation. */
export type CommonRequest = Omit<EvaluationRequest<Picture>, 'label' | 'key'>;

/**
 * The coders of a run and what they are compared with.
 *
 * @throws Error when systems of its kind are not measured, or not around the codecs that are asked for
 */
export async function contestsOf({ run, kind, system, label }: EvaluatedRun, ask: CommonRequest): Promise<Contest[]> {
  if (!kind.contenders)
    throw new Error(`${run} cannot be measured: systems of the kind '${kind.name}' have no contenders`);
  const contests = await kind.contenders(system, { label, key: systemKey(system), ...ask });
  if (ask.codecs === undefined || contests.every(({ codec }) => codec)) return contests;
  for (const contest of contests) contest.dispose?.();
  throw new Error(
    `${run} cannot be measured around ${ask.codecs.join(', ')}: systems of the kind '${kind.name}' have no codec between networks; ` +
      'leave out --codec',
  );
}

/**
 * Loads runs. The engine must have been started.
 *
 * @param note hears of checkpoints that are passed over; default standard error
 * @throws Error when a run cannot be loaded, a codec lacks its program, or the runs are for pictures of different bit depths
 */
export async function loadEvaluatedRuns(
  directories: readonly string[],
  codecNames: readonly EncoderName[],
  checkpoint?: string,
  note?: (text: string) => void,
): Promise<EvaluatedRuns> {
  const runs: EvaluatedRun[] = [];
  const dispose = () => {
    for (const { system } of runs) system.dispose();
  };
  try {
    // Before anything is computed, say which program is missing.
    for (const name of codecNames) await codecs[encoders[name].codec]();
    for (const run of directories) {
      const { configuration, checkpoint: used, kind, system } = await loadRun(run, checkpoint, note);
      const { codecs: known = Object.keys(codecs) } = kind;
      const unknown = codecNames.find((name) => !known.includes(name));
      const label = `${configuration.experiment} after ${used.step} steps`;
      const evaluated = { run, configuration, checkpoint: used, kind, system, label, bitDepth: 8 };
      runs.push(evaluated);
      if (unknown !== undefined) {
        throw new Error(
          `${run} cannot be measured around ${unknown}: systems of the kind '${kind.name}' are measured around ${known.join(', ')}`,
        );
      }
      if (kind.pictures) Object.assign(evaluated, kind.pictures(system));
    }
    const [first] = runs;
    const { bitDepth, light } = first;
    const other = runs.find((run) => run.bitDepth !== bitDepth || run.light !== light);
    if (other) {
      const imagesOf = (run: EvaluatedRun) => `${run.bitDepth}${run.light === 'linear' ? ' of linear light' : ''}`;
      throw new Error(
        `${first.run} is for images of ${bitDepth} bits${light === 'linear' ? ' of linear light' : ''}, ${other.run} for ${imagesOf(other)}: evaluate them apart`,
      );
    }
    return { runs, bitDepth, light, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** How runs are to be evaluated, as far as it depends on them whether that can be done. */
export interface EvaluationCheck {
  codecs: readonly EncoderName[];
  checkpoint?: string;
  /** Quantiser steps of JPEG, where some are asked for. */
  qsteps?: readonly number[];
}

/**
 * Finds out whether runs can be loaded and evaluated around codecs, without an engine.
 *
 * @returns the bit depth of their images, and what these encode
 * @throws Error as `loadEvaluatedRuns`, and for fractional steps where a run takes whole ones only
 */
export const checkEvaluatedRuns = (
  directories: readonly string[],
  { codecs: codecNames, checkpoint, qsteps = [] }: EvaluationCheck,
): Promise<Pick<EvaluatedRun, 'bitDepth' | 'light'>> =>
  withoutEngine(async () => {
    const { runs, bitDepth, light, dispose } = await loadEvaluatedRuns(directories, codecNames, checkpoint, () => {});
    try {
      for (const { run, kind, system } of runs) if (!kind.takesFractionalSteps?.(system)) checkWhole(run, qsteps);
      return { bitDepth, light };
    } finally {
      dispose();
    }
  });
