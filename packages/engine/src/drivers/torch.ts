import { availableParallelism } from 'node:os';
import { tf } from '../tf.js';
import { addonExists, loadAddon } from '../torch/addon.js';
import { TorchBackend } from '../torch/backend.js';
import { torchKernels } from '../torch/kernels/index.js';
import { registerKernels } from '../torch/kernels/register.js';
import type { EngineDriver, EngineOptions } from './driver.js';

/** One a core, unless OpenMP was told otherwise. */
const defaultThreads = () => Number(process.env.OMP_NUM_THREADS) || availableParallelism();

/** The CPU, unless SANDWICH_DEVICE says otherwise. */
const defaultDevice = () => (process.env.SANDWICH_DEVICE || 'cpu') as NonNullable<EngineOptions['device']>;

/** What builds the addon: of the repository, or of the package as it is installed. */
const BUILD = import.meta.url.endsWith('.ts') ? 'npm run setup' : 'npx sandwich-engine-build';

/** libtorch through the native addon that set-up builds. */
export const torch: EngineDriver = {
  name: 'torch',
  unavailable: () => {
    if (!addonExists()) return `its addon is not built; run \`${BUILD}\` to see why and what to install`;
    try {
      loadAddon();
      return null;
    } catch (error) {
      return `its addon does not load (${(error as Error).message}); run \`${BUILD}\` to rebuild it`;
    }
  },
  async start({ device = defaultDevice(), threads = defaultThreads(), precision = 'fp32' }) {
    const addon = loadAddon();
    if (precision === 'tf32' && device === 'cpu') {
      throw new Error("startEngine: precision 'tf32' needs device 'cuda', got device 'cpu'");
    }
    addon.cpuCapability(); // refuses a SANDWICH_CPU_CAPABILITY that it does not know
    if (tf.findBackend('torch') === null) {
      registerKernels(torchKernels);
    } else {
      tf.removeBackend('torch');
    }
    addon.setThreads(threads);
    addon.setDevice(device);
    addon.setPrecision(precision);
    tf.registerBackend('torch', () => new TorchBackend(addon, device, precision), 4);
    await tf.setBackend('torch');
    return { engine: 'torch', version: addon.version(), device, threads: addon.getThreads(), precision };
  },
};
