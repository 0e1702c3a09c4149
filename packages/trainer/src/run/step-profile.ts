import { kernelProfile, printKernelProfile, startKernelProfile, stopKernelProfile } from '@sandwich/engine';

/** Steps of a sitting that warm up before one is profiled, where there are so many. */
const STEPS_BEFORE_PROFILE = 4;

/** Prints the kernels of one step of a sitting: calls, time and bytes. */
export class StepProfile {
  readonly #profiledStep: number;
  #steps = 0;

  /** @param stepsLeft of the sitting */
  constructor(stepsLeft: number) {
    this.#profiledStep = Math.min(STEPS_BEFORE_PROFILE + 1, stepsLeft);
  }

  /** Makes a step, and profiles it if it is the one. `step` is its number. */
  async during<Result>(step: number, body: () => Promise<Result>): Promise<Result> {
    if (++this.#steps !== this.#profiledStep) return body();
    startKernelProfile();
    const result = await body();
    stopKernelProfile();
    printKernelProfile(`kernels of step ${step}`);
    if (kernelProfile().length === 0) process.stderr.write('no kernels: only the torch engine is profiled\n');
    return result;
  }

  /** Says so when no step was profiled. */
  end(): void {
    if (this.#steps >= this.#profiledStep) return;
    process.stderr.write(
      `no step was profiled: that is step ${this.#profiledStep} of a sitting, and this one had ${this.#steps}\n`,
    );
  }
}
