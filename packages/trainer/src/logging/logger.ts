import type { Picture } from '@sandwich/pictures';

/** What a run is. */
export interface LoggedRun {
  /** The experiment that is trained. */
  experiment: string;
  /** The name of the run directory. */
  name: string;
  /** The resolved configuration: plain JSON, what `config.json` holds. */
  configuration: object;
}

/** When something was measured. */
export interface Moment {
  /** Steps done. */
  step: number;
  /** Seconds of training, where they are known. */
  seconds?: number;
}

/** How a run, or a sitting of it, ended: by its budget, by an error, or by a signal. */
export type Outcome = 'finished' | 'failed' | 'interrupted';

/**
 * Where a run is written down: a file, a server. A logger has those of the members that it has a use for.
 *
 * An error that a member throws ends the run, so that nothing is lost unnoticed; a logger whose failures must not do that handles them itself.
 */
export interface Logger {
  /** Takes what the run is, before anything else, and a function that prints a line without spoiling the progress bar. */
  begin?(run: LoggedRun, print: (text: string) => void): void;
  /** Takes numbers by name; they may be NaN or infinite. */
  scalars?(values: Readonly<Record<string, number>>, moment: Moment): void;
  /** Takes an 8-bit picture, gray or RGB; the promise is kept once the picture is no longer needed. */
  picture?(name: string, picture: Picture<Uint8Array>, step: number): Promise<void>;
  /** Ends the log; called once, last. */
  close?(outcome: Outcome): Promise<void>;
}
