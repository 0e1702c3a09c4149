import { basename } from 'node:path';
import type { CodecName } from '@sandwich/codecs';
import { chooseQualities, type ProbedSystem } from './choose-qualities.js';
import { type CodecSystems, jpegSystems, otherSystems } from './codec-systems.js';
import {
  type Curve,
  type EvaluationOptions,
  evaluateSystems,
  type LoadedImage,
  type SystemResult,
} from './evaluate.js';
import type { EvaluatedRun } from './evaluated-run.js';
import { psnrMeasures } from './psnr-metric.js';
import { bdRatesOf, type EvaluationResults, gainsOf, rateChangesOf } from './results.js';
import type { System } from './system.js';

export interface RunEvaluationOptions extends EvaluationOptions {
  /** Range of rates to bracket and to average gains over, bits per source pixel. */
  range: readonly [number, number];
  /** Steps of the flat tables around which networks are evaluated; default multiples of the trained step. */
  qsteps?: readonly number[];
  /** Of the codecs; default those that bracket the range, for JPEG's Annex K a fixed list. */
  qualities?: readonly number[];
  /** Published curves to compare with. */
  compared?: readonly Curve[];
  /** Which images, for people. */
  description: string;
  /** Hears of settings that were chosen. */
  onNote?(text: string): void;
}

/** What was measured of a run around one codec, and with what. */
export interface RunEvaluation {
  run: EvaluatedRun;
  results: EvaluationResults;
  /** Those of `results.systems`. */
  systems: System[];
}

/** Systems of every run around every codec, run by run. Runs that share a plain codec share its systems. */
async function systemsOf(
  runs: readonly EvaluatedRun[],
  images: readonly LoadedImage[],
  { range, qsteps, qualities, onNote = () => {} }: RunEvaluationOptions,
): Promise<{ run: EvaluatedRun; around: CodecSystems }[]> {
  const chosen = new Map<CodecName, readonly number[]>();
  const chosenFullSize = new Map<CodecName, readonly number[]>();
  for (const name of runs[0].codecs.keys()) {
    if (name === 'jpeg') continue;
    const probed = new Map<unknown, ProbedSystem>();
    for (const { models, codecs } of runs) {
      for (const model of [models.model, models.plain]) probed.set(model, { model, codec: codecs.get(name)! });
    }
    const pictures = images.map(({ image }) => image);
    chosen.set(name, qualities ?? (await chooseQualities([...probed.values()], pictures, range)));
    onNote(`${name}: qualities ${chosen.get(name)!.join(', ')}`);
    const fullSize = runs.flatMap(({ models, codecs }) =>
      models.plainFullSize ? [{ model: models.plainFullSize, codec: codecs.get(name)! }] : [],
    );
    if (fullSize.length === 0) continue;
    chosenFullSize.set(name, qualities ?? (await chooseQualities(fullSize, pictures, range)));
    onNote(`${name} at full size: qualities ${chosenFullSize.get(name)!.join(', ')}`);
  }
  const shared = new Map<string, System[]>();
  return runs.flatMap((run) =>
    [...run.codecs].map(([name, codec]) => {
      const around =
        name === 'jpeg'
          ? jpegSystems(run.models, codec, { trained: run.trainedStep, asked: qsteps, qualities })
          : otherSystems(run.models, codec, chosen.get(name)!, chosenFullSize.get(name));
      const key = `${name} ${runs.findIndex(({ models }) => models.plain === run.models.plain)}`;
      if (!shared.has(key)) shared.set(key, around.plain);
      return { run, around: { ...around, plain: shared.get(key)! } };
    }),
  );
}

/**
 * Measures runs around their codecs, beside the codecs without networks, and compares. Nothing is written.
 *
 * @returns one evaluation a run and codec, run by run
 */
export async function evaluateRuns(
  runs: readonly EvaluatedRun[],
  images: readonly LoadedImage[],
  options: RunEvaluationOptions,
): Promise<RunEvaluation[]> {
  const { range, compared = [], description, metrics = [] } = options;
  const measures = [...psnrMeasures, ...metrics.flatMap((metric) => metric.measures)];
  const planned = await systemsOf(runs, images, options);
  const all = [...new Set(planned.flatMap(({ around }) => [around.sandwich, ...around.plain]))];
  const measured = await evaluateSystems(all, images, options);
  const resultOf = (system: System): SystemResult => measured[all.indexOf(system)];
  return planned.map(({ run, around: { codecName, codec, codecSettings, sandwich, plain } }) => {
    const systems = [sandwich, ...plain];
    const results = systems.map(resultOf);
    const [gain, ...furtherGains] = gainsOf(results, range);
    return {
      run,
      systems,
      results: {
        run: run.run,
        checkpoint: basename(run.checkpoint.file),
        step: run.checkpoint.step,
        images: description,
        bitDepth: run.models.bitDepth,
        codecName,
        codec,
        codecSettings,
        gain,
        furtherGains,
        bdRate: bdRatesOf([...results, ...compared], measures),
        rateChange: rateChangesOf(results, measures, range),
        systems: results,
        compared: [...compared],
      },
    };
  });
}
