import { type EngineOptions, startEngine } from '@sandwich/engine';
import { SandwichCodec } from '@sandwich/models';
import { loadCodec } from './load-codec.js';

/** Options of `loadSandwich`: those of the engine, and which weights. */
export interface LoadSandwichOptions extends EngineOptions {
  /** A checkpoint file or `best`; default the last that can be used. A packed run has none to choose from. */
  checkpoint?: string;
}

/**
 * Loads a trained sandwich to use it in a program, and starts the engine that it computes with.
 *
 * @param run The directory of a run, or one that `packRun` has written.
 * @throws Error when the engine cannot run here, the run cannot be loaded (see `loadRun`), or it codes what no image file holds
 * @example
 * const sandwich = await loadSandwich('runs/color', { threads: 2 });
 * await writeFile('photo.jpg', await sandwich.encode(image, { qstep: 20 }));
 */
export async function loadSandwich(
  run: string,
  { checkpoint, ...engine }: LoadSandwichOptions = {},
): Promise<SandwichCodec> {
  await startEngine(engine);
  const codec = await loadCodec(run, { checkpoint });
  if (codec instanceof SandwichCodec) return codec;
  codec.dispose?.();
  throw new Error(`${run} holds no sandwich`);
}
