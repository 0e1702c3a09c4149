import { runOnHost } from '../../run-on-host.js';
import { tf } from '../../tf.js';
import type { TorchBackend } from '../backend.js';
import { profiled } from '../profile.js';
import { hostKernels, runsOnHost } from './host.js';
import type { KernelTable } from './kernel.js';

/** Registers a table of kernels for the backend called `torch`, and beside it those that run on the host. */
export function registerKernels(table: KernelTable): void {
  for (const kernelName of new Set([...Object.keys(table), ...hostKernels])) {
    const body = table[kernelName];
    tf.registerKernel({
      kernelName,
      backendName: 'torch',
      kernelFunc: (call) => {
        const backend = call.backend as TorchBackend;
        const inputs = call.inputs as unknown as Record<string, tf.TensorInfo>;
        return runsOnHost(kernelName, inputs)
          ? profiled(`${kernelName} (host)`, () => runOnHost(kernelName, { inputs, attrs: call.attrs, backend }))
          : backend.run(kernelName, inputs, () => body({ backend, inputs, attributes: call.attrs as never }));
      },
    });
  }
}
