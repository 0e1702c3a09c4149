import { runOnHost } from '../run-on-host.js';
import { tf } from '../tf.js';
import type { Call } from './kernel.js';

const given = ({ inputs }: Call) =>
  Object.values(inputs as Record<string, tf.TensorInfo | undefined>).filter((x) => x != null);

const isEmpty = (call: Call) => given(call).some(({ shape }) => shape.includes(0));

const holdsComplex = (call: Call) => given(call).some(({ dtype }) => dtype === 'complex64');

const described = ({ inputs }: Call) =>
  Object.entries(inputs as Record<string, tf.TensorInfo | undefined>)
    .filter(([, x]) => x !== undefined)
    .map(([name, x]) => `${name} ${x!.dtype}[${x!.shape}]`)
    .join(', ');

/**
 * A kernel of native code, which divides by sizes and reads before it looks whether there is anything: what is empty is
 * computed on the host. A trap of WebAssembly becomes an error that names the kernel.
 */
export function guarded(kernelName: string, kernel: tf.KernelFunc): tf.KernelFunc {
  const onHost = tf.getKernel(kernelName, 'cpu') != null;
  return (call) => {
    if (holdsComplex(call)) throw new Error(`wasm: ${kernelName}(${described(call)}): there are no complex numbers`);
    if (onHost && isEmpty(call)) return runOnHost(kernelName, call as never);
    const backend = call.backend as tf.KernelBackend;
    const references = given(call).map(({ dataId }) => backend.refCount(dataId));
    try {
      return kernel(call);
    } catch (error) {
      // Shapes that the kernel gave its inputs hold them.
      given(call).forEach(({ dataId }, i) => {
        while (backend.refCount(dataId) > references[i]) backend.disposeData(dataId);
      });
      if (!(error instanceof Error) || error.name !== 'RuntimeError') throw error;
      throw new Error(
        `wasm: ${kernelName}(${described(call)}) stopped: ${error.message}. What the engine computes from now on may be ` +
          'wrong; start the process again.',
        { cause: error },
      );
    }
  };
}
