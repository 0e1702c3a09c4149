import { kernelProfile, printKernelProfile, startKernelProfile, stopKernelProfile } from '@sandwich/engine';
import type { StepEvent, TrainingListener } from './training-listener.js';

/** Steps of a sitting that warm up before one is profiled, where there are so many. */
const STEPS_BEFORE_PROFILE = 4;

/** Prints the kernels of one step of a sitting: calls, time and bytes. */
export class StepProfile implements TrainingListener {
  readonly #profiledStep: number;
  #steps = 0;

  /** @param stepsLeft of the sitting */
  constructor(stepsLeft: number) {
    this.#profiledStep = Math.min(STEPS_BEFORE_PROFILE + 1, stepsLeft);
  }

  stepBegins(): void {
    if (++this.#steps === this.#profiledStep) startKernelProfile();
  }

  stepDone({ step }: StepEvent): void {
    if (this.#steps !== this.#profiledStep) return;
    stopKernelProfile();
    printKernelProfile(`kernels of step ${step}`);
    if (kernelProfile().length === 0) process.stderr.write('no kernels: only the torch engine is profiled\n');
  }

  /** Says so when no step was profiled. */
  end(): void {
    if (this.#steps >= this.#profiledStep) return;
    process.stderr.write(
      `no step was profiled: that is step ${this.#profiledStep} of a sitting, and this one had ${this.#steps}\n`,
    );
  }
}
