import { tf } from '../tf.js';

interface Entry {
  dtype: tf.DataType;
  shape: number[];
  memoryOffset: number;
}

/** What is used of TFJS's backend beyond its public types. */
interface WasmBackend extends tf.KernelBackend {
  wasm: { HEAPU8: Uint8Array; _malloc(bytes: number): number; _free(address: number): void };
  dataIdMap: { get(dataId: object): Entry };
}

const prepared = new WeakSet<tf.KernelBackend>();

/** TFJS does not look whether it got memory, nor does WebAssembly's `malloc` know more bytes than four gibibytes. */
function refuse(backend: WasmBackend): void {
  // Emscripten's first call puts WebAssembly's own function in its place.
  backend.wasm._free(backend.wasm._malloc(1));
  const { _malloc } = backend.wasm;
  backend.wasm._malloc = (bytes) => {
    const address = bytes < 2 ** 32 ? _malloc(bytes) >>> 0 : 0;
    if (address !== 0 && address + bytes <= backend.wasm.HEAPU8.length) return address;
    throw new Error(`wasm: no memory for ${bytes} bytes; dispose of tensors, or use smaller ones`);
  };
}

/** The backend cannot compute with complex numbers, but gives back those that came from another one. */
function readComplex(backend: WasmBackend): void {
  const readSync = backend.readSync.bind(backend) as (dataId: object, ...range: unknown[]) => tf.TypedArray;
  backend.readSync = ((dataId, ...range: unknown[]) => {
    const { dtype, shape, memoryOffset } = backend.dataIdMap.get(dataId);
    if (dtype !== 'complex64') return readSync(dataId, ...range);
    const bytes = backend.wasm.HEAPU8.slice(memoryOffset, memoryOffset + 8 * tf.util.sizeFromShape(shape));
    return new Float32Array(bytes.buffer);
  }) as typeof backend.readSync;
}

/** Puts TFJS's wasm backend right. Idempotent. */
export function prepareBackend(backend: tf.KernelBackend): void {
  if (prepared.has(backend)) return;
  prepared.add(backend);
  refuse(backend as WasmBackend);
  readComplex(backend as WasmBackend);
}
