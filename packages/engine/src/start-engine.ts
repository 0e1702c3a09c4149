import { repairCalls } from './calls/repair-calls.js';
import { repairComplexOnCpu } from './drivers/complex-on-cpu.js';
import { cpu } from './drivers/cpu.js';
import type { EngineDriver, EngineInfo, EngineName, EngineOptions } from './drivers/driver.js';
import { tensorflow } from './drivers/tensorflow.js';
import { torch } from './drivers/torch.js';
import { wasm } from './drivers/wasm.js';
import { registerGradients } from './gradients.js';
import { repairLayers } from './layers/repair-layers.js';
import { fuseAdam } from './optimizers/fuse-adam.js';
import { tf } from './tf.js';
import { loadAddon } from './torch/addon.js';
import { bf16Warning, timeConvolutions } from './torch/bf16-speed.js';
import { blasWarning } from './torch/blas.js';

/** In the order that `auto` tries them. */
const drivers: EngineDriver[] = [torch, tensorflow, wasm, cpu];

/** The engines that can run on this machine, fastest first. */
export const presentEngines = (): EngineName[] =>
  drivers.filter((driver) => driver.unavailable() === null).map((driver) => driver.name);

let announced: string | undefined;

/** What would make the torch engine faster. */
const torchAdvice = ({ device, precision }: EngineInfo): string[] => [
  ...blasWarning(),
  ...(device === 'cpu' && precision === 'bf16' ? bf16Warning(timeConvolutions(loadAddon())) : []),
];

function announce(info: EngineInfo, advice: string[]): void {
  const line = `engine: ${info.engine} ${info.version}, ${info.device}, ${info.threads} thread${info.threads === 1 ? '' : 's'}, ${info.precision}`;
  if (line === announced) return;
  announced = line;
  const own = info.engine === 'torch' ? torchAdvice(info) : [];
  process.stderr.write([line, ...advice, ...own].map((text) => `${text}\n`).join(''));
}

/**
 * Starts the engine that TFJS computes with and says on standard error, once, which it is and what would make it faster.
 *
 * Calling it again changes the engine; tensors of the previous one must not be used with the new one's.
 *
 * @throws Error when the engine asked for cannot run here (with the reason and the remedy), or when it has no such device,
 * precision or number of threads.
 * @example
 * const info = await startEngine({ engine: 'torch', threads: 2 });
 */
export async function startEngine(options: EngineOptions = {}): Promise<EngineInfo> {
  const { engine = 'auto', threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new Error(`startEngine: threads must be a positive integer, got ${threads}`);
  }
  const asked = drivers.find((driver) => driver.name === engine);
  if (engine !== 'auto' && !asked) {
    throw new Error(
      `startEngine: unknown engine '${engine}'; known are auto, ${drivers.map((d) => d.name).join(', ')}`,
    );
  }
  const reason = asked?.unavailable();
  if (reason) throw new Error(`startEngine: the ${engine} engine cannot run here: ${reason}`);

  const advice: string[] = [];
  let driver = asked;
  for (const candidate of asked ? [] : drivers) {
    const obstacle = candidate.unavailable();
    if (obstacle === null) {
      driver = candidate;
      break;
    }
    if (candidate.name === 'torch') advice.push(`engine: torch would be faster, but ${obstacle}`);
  }
  tf.enableProdMode();
  registerGradients();
  repairCalls();
  repairLayers();
  fuseAdam();
  repairComplexOnCpu();
  const info = await driver!.start(options);
  announce(info, advice);
  return info;
}
