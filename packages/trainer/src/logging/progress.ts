/** Where a training run stands. */
export interface ProgressState {
  /** Steps done. */
  step: number;
  /** Share of the step or time budget that is used up, 0 to 1. */
  progress: number;
  loss: number;
  /** What else is said of it, such as `0.851 bpp`. */
  status: readonly string[];
  stepsPerSecond: number;
  /** Share of the time that was spent waiting for images, 0 to 1. */
  shareWaited: number;
  secondsLeft: number;
}

export interface ProgressLine {
  update(state: ProgressState): void;
  /** Prints a line of its own without spoiling the bar. */
  log(text: string): void;
  /** Leaves the last state standing. */
  end(): void;
}

/** What is needed of `process.stderr` or `process.stdout`. */
export interface ProgressStream {
  /** As of a stream. */
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface ProgressOptions {
  /** Default: `process.stderr`. */
  stream?: ProgressStream;
  /** Milliseconds. Default: `performance.now`. */
  now?: () => number;
}

const REDRAW_MILLISECONDS = 100;
const LINE_MILLISECONDS = 10_000;
const BAR_WIDTH = 24;
const ERASE_LINE = '\r\x1b[K';

/** `3:07`, `1:02:45`; `-:--` where it is not known. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '-:--';
  const total = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}` : `${minutes}:${twoDigits(rest)}`;
}

function formatState(state: ProgressState): string {
  return [
    `step ${state.step}`,
    `loss ${state.loss.toPrecision(4)}`,
    ...state.status,
    `${state.stepsPerSecond.toPrecision(3)} steps/s`,
    `waiting ${(100 * state.shareWaited).toFixed(1)} %`,
    `${formatDuration(state.secondsLeft)} left`,
  ].join('  ');
}

/** The share as an integer that reaches 100 only at the end. */
const percent = (progress: number) => Math.floor(100 * Math.min(1, Math.max(0, progress)));

function formatBar(progress: number): string {
  const full = Math.floor(BAR_WIDTH * Math.min(1, Math.max(0, progress)));
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

/**
 * Shows how a run goes: on a terminal one bar that keeps changing, elsewhere (a file, a pipe) a plain line at most
 * every ten seconds.
 *
 * @example
 * const progress = createProgress();
 * progress.update({ step, progress, loss, status, stepsPerSecond, shareWaited, secondsLeft });
 * progress.end();
 */
export function createProgress({
  stream = process.stderr,
  now = () => performance.now(),
}: ProgressOptions = {}): ProgressLine {
  const interval = stream.isTTY ? REDRAW_MILLISECONDS : LINE_MILLISECONDS;
  let state: ProgressState | undefined;
  let shown: ProgressState | undefined;
  let shownAt = Number.NEGATIVE_INFINITY;

  const show = () => {
    if (!state) return;
    const text = formatState(state);
    const share = `${String(percent(state.progress)).padStart(3)} %`;
    if (stream.isTTY) {
      // A line as wide as the terminal would wrap, and could not be erased.
      const line = [...`${formatBar(state.progress)} ${share}  ${text}`].slice(0, (stream.columns ?? 120) - 1).join('');
      stream.write(ERASE_LINE + line);
    } else {
      stream.write(`${share}  ${text}\n`);
    }
    shown = state;
    shownAt = now();
  };

  return {
    update(next) {
      state = next;
      if (now() - shownAt >= interval) show();
    },
    log(text) {
      stream.write(stream.isTTY ? `${ERASE_LINE}${text}\n` : `${text}\n`);
      if (stream.isTTY) show();
    },
    end() {
      if (state !== shown) show();
      if (stream.isTTY && state) stream.write('\n');
    },
  };
}
