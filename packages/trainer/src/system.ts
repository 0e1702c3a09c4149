import type { BatchStream, Light, Share } from '@sandwich/data';
import type { Parameters, StoredTensor, tf } from '@sandwich/engine';
import type { Coder, Measure, MeasuredCodec } from '@sandwich/evaluation';
import type { Picture, PictureCodec } from '@sandwich/pictures';
import type { DataOptions } from './experiment/define-objective.js';
import type { Settings } from './experiment/settings.js';
import type { Optimizer } from './optimizers/optimizer.js';
import type { Inputs, Phase } from './step/phase.js';

/** What is trained, and used afterwards: parameters, and how to build them again. */
export interface System<Architecture = unknown> {
  /** The name of its `SystemKind`. */
  readonly kind: string;
  /** Plain JSON, enough for the kind to build the system again. */
  readonly architecture: Architecture;
  /** By path; all are trained unless the optimiser freezes them. */
  readonly parameters: Parameters;
  /** Paths of parameters that begin without an effect: `--init-from` leaves them so where the other weights lack them. Default none. */
  readonly neutral?: readonly string[];
  /** Weights of another run as `--init-from` begins with them, such as those of a smaller network. Default: as they are. */
  adopt?(weights: Record<string, StoredTensor>): Record<string, StoredTensor>;
  /** By path; kept in checkpoints and shared by the first process, never optimised, such as the statistics of batch normalisation. */
  readonly state?: Parameters;
  /** Frees parameters and state. */
  dispose(): void;
}

/** Numbers of one step: `loss`, which the gradients are of, and what else is to be told of it. */
export type Metrics<T = tf.Scalar> = { loss: T } & Record<string, T>;

/** What a training is for: to train, or to judge on what is held back. */
export type Purpose = 'train' | 'validate';

/** What a run minimises. An experiment makes it from its settings. */
export interface Objective<S extends System = System, P extends Phase = Phase> {
  readonly system: S;
  /** Plain JSON that says what the loss is made of: a run is resumed only with the same. */
  readonly description?: object;
  /** Default: Adam at the rate of the settings. */
  readonly optimizer?: Optimizer;
  /** How checkpoints are judged on what is held back; default by the loss, of which less is better. */
  readonly validate?: {
    /** A key of the metrics or of the status. */
    measure: string;
    better: 'more' | 'less';
    /** Whether training ends, by the measure at the checkpoints so far. */
    stop?(history: readonly number[]): boolean;
  };
  /**
   * Opens the batches of a purpose.
   *
   * @param ask.position batches that were taken before: a resumed run goes on where it was
   * @param ask.share the part of each batch that this process takes
   * @returns null where nothing is held back for that purpose
   */
  batches(ask: { purpose: Purpose; position: number; share: Share }): Promise<BatchStream | null>;
  /**
   * Fits to the data what a new run begins with, before its first step, in the first process; the others get its parameters. A run that goes on, or begins with
   * other weights, does without.
   */
  begin?(): Promise<void>;
  /** The phase of the step that follows `step` others, a pure function of its arguments. @param progress share of the training that is done */
  phaseAt(step: number, progress: number, purpose: Purpose): P;
  /** The metrics of a batch. It must not read tensors; see `computeOnHost`. */
  loss(inputs: Inputs, phase: P, scalars: Record<string, tf.Scalar>): Metrics;
  /** What the log tells besides the metrics, such as PSNR or the quantiser step. @param mean of the steps since the last record */
  status?(mean: Metrics<number>): Record<string, number>;
  /** What the progress line says beside the loss, such as `0.851 bpp`. @param values metrics and status */
  progress?(values: Readonly<Record<string, number>>): string[];
  /** What people look at while it trains, by name. */
  pictures?(inputs: Inputs): Record<string, Picture<Uint8Array>> | Promise<Record<string, Picture<Uint8Array>>>;
  /** Frees what it has loaded besides the system. */
  dispose?(): void;
}

/** What an evaluation asks a kind of system for. */
export interface EvaluationRequest<Item = unknown> {
  /** What the candidate is, for people, such as the experiment and its steps. */
  label: string;
  /** Equal for systems of one kind, architecture and weights: a `key` for coders of it. */
  key: string;
  /** Names of real codecs, where the system can be measured around several: a contest each. Default: the one that the kind would choose. */
  codecs?: readonly string[];
  /** Settings by the name of what they are of, such as `qsteps` or `qualities`; default those that bracket the range. */
  settings?: Readonly<Record<string, readonly number[]>>;
  /** Names of the candidate's settings in earlier results around a codec, to be measured again where no `settings` are given. */
  again?(codec?: string): readonly string[] | undefined;
  /**
   * `curves` (default): settings that draw curves over the range. `pictures`: a few settings of the candidate, and all of the anchors, in the
   * order of rising rate, to find the one whose pictures take as many bits.
   */
  purpose?: 'curves' | 'pictures';
  /** Bits per pixel that curves should bracket. */
  range: readonly [low: number, high: number];
  /** Items on some of which settings can be chosen. */
  items: readonly Item[];
  /** Hears what was chosen. */
  note(text: string): void;
}

/** A trained system as a coder, and what it is compared with, in any order. */
export interface Contest<Item = Picture> {
  candidate: Coder<Item>;
  anchors: Coder<Item>[];
  /** Group of the anchors that a user would choose instead. Default: that of all anchors, when there is one. */
  reference?: string;
  /** The real codec around which the candidate lies, for results. */
  codec?: MeasuredCodec;
  /** What is measured besides the measures of pictures; default nothing. */
  measures?: Measure<Item>[];
  /** Frees what was made for the contest; the system is the caller's. */
  dispose?(): void;
}

/** Numbers in rows and columns, for the page on which runs are looked at. */
export interface HeatMap {
  /** What the numbers are. */
  title: string;
  rows: readonly (readonly number[])[];
  /** Digits behind the decimal point. Default 0. */
  digits?: number;
  /** The value without colour, such as 1 of ratios: smaller and larger ones differ in colour. Default: larger values have more colour. */
  centre?: number;
}

/** Heat maps that belong together, in the order in which they are shown. */
export interface HeatMaps {
  title: string;
  maps: readonly HeatMap[];
}

/** Files for other programs that a trained system becomes. */
export interface SystemExports<S extends System = System> {
  /** Folder of a run in which they lie, such as `onnx`. */
  readonly folder: string;
  /** The files by name. @param origin what is to be told in them of where they come from */
  files(system: S, origin: Record<string, string>): Record<string, Uint8Array>;
}

/** What can be done with the trained systems of a kind, without the experiments that they are from. */
export interface SystemKind<S extends System = System> {
  /** The `kind` of its systems. */
  readonly name: string;
  /** The module whose import registers the kind: a package, or a file as `import.meta.url`. */
  readonly module: string;
  /** A system of an architecture, with fresh parameters. */
  build(architecture: S['architecture']): S;
  /**
   * The objective of a run whose experiment's file is gone.
   *
   * @param run.description that of the objective with which the run was started
   * @returns undefined where the file is needed
   */
  objective?(run: {
    architecture: S['architecture'];
    settings: Settings;
    description: object;
    data: DataOptions;
  }): Promise<Objective<S> | undefined>;
  /** What of an architecture JSON cannot hold, so that the experiment's file is needed; undefined when nothing is. */
  missing?(architecture: S['architecture']): string | undefined;
  /** The pictures that a system is measured on; 8 bits per sample of sRGB by default. @throws Error when it cannot be measured */
  pictures?(system: S): { bitDepth: number; light?: Light };
  /** Whether quantiser steps that are asked for may be fractions. Default: whole ones only. */
  takesFractionalSteps?(system: S): boolean;
  /** Names of `EvaluationRequest.codecs` that it can be measured around. Default: those of the codecs of `@sandwich/codecs`. */
  codecs?: readonly string[];
  /** For `eval`, `inspect`, `sweep` and the zoo. */
  contenders?(system: S, ask: EvaluationRequest): Promise<Contest[]>;
  /** What people should know of a system at a glance. */
  facts?(system: S): { label: string; value: string }[];
  /** For the page: what of a system is best looked at in numbers. @param items that are shown there; none where no pictures can be made */
  heatMaps?(system: S, items: readonly Picture[]): HeatMaps[];
  /** For `export`. */
  exports?: SystemExports<S>;
  /** What the weights are rounded to when a run is packed. Default `float16`. */
  packedWeights?: 'float16' | 'float32';
  /** For `compress` and `decompress`. The codec owns the system. */
  codec?(system: S): PictureCodec;
}
