import { tf } from '../tf.js';
import type { Addon, Argument, Handle, HostArray, Precision } from './addon.js';
import { kernelError } from './kernel-error.js';
import { profiled } from './profile.js';

interface Entry {
  /** Undefined for strings, which stay on the host. */
  handle?: Handle;
  strings?: Uint8Array[];
  /** The shape that libtorch knows; reshaped TFJS tensors share an entry. */
  shape: number[];
  dtype: tf.DataType;
  references: number;
}

/** ATen's numbers for the scalar types that TFJS knows. */
export const scalarType = { bool: 11, int32: 3, float32: 6, complex64: 9 } as const;

export type NumericType = keyof typeof scalarType;

function toHostArray(values: tf.backend_util.BackendValues, dtype: tf.DataType): HostArray {
  const numbers = values as ArrayLike<number>;
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(numbers);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(numbers);
  if (dtype === 'bool') return values instanceof Uint8Array ? values : Uint8Array.from(numbers, (v) => (v ? 1 : 0));
  throw new Error(`torch: tensors of type ${dtype} are not supported; use float32, int32, bool or complex64`);
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/**
 * TFJS backend on libtorch. Kernels (see `kernels/`) call ATen operators by name; every tensor that an operator returns
 * is released when the kernel ends unless the kernel returns it.
 */
export class TorchBackend extends tf.KernelBackend {
  private readonly entries: tf.DataStorage<Entry>;
  private readonly operators = new Map<string, number>();
  private temporaries: Handle[] = [];

  constructor(
    readonly addon: Addon,
    readonly device: string,
    /** Precision of convolutions and matrix products, outside of `inFloat32`. */
    readonly precision: Precision = 'fp32',
  ) {
    super();
    this.entries = new tf.DataStorage<Entry>(this, tf.engine());
  }

  // ---- for kernels ----

  /** Calls an operator of ATen, `name` or `name.overload`, or of the addon, `sandwich::name`, and returns what it returns. */
  private callOperator(operator: string, args: Argument[]): unknown {
    let id = this.operators.get(operator);
    if (id === undefined) {
      const [name, overload = ''] = operator.split('.');
      id = this.addon.findOperator(name.includes('::') ? name : `aten::${name}`, overload);
      this.operators.set(operator, id);
    }
    return this.addon.callOperator(id, ...args);
  }

  /** Calls an operator that returns one tensor. */
  call(operator: string, ...args: Argument[]): Handle {
    const handle = this.callOperator(operator, args) as Handle;
    this.temporaries.push(handle);
    return handle;
  }

  /** Calls an operator that returns several tensors; `null` where it left one out. */
  callMany(operator: string, ...args: Argument[]): (Handle | null)[] {
    const handles = this.callOperator(operator, args) as (Handle | null)[];
    for (const handle of handles) if (handle !== null) this.temporaries.push(handle);
    return handles;
  }

  /** Brings values of a TFJS type to the device; complex numbers come as pairs of real and imaginary part. */
  private handleFor(values: tf.backend_util.BackendValues, shape: readonly number[], dtype: tf.DataType): Handle {
    if (dtype !== 'complex64') return this.addon.fromHost(toHostArray(values, dtype), shape);
    const pairs = this.addon.fromHost(toHostArray(values, 'float32'), [...shape, 2]);
    try {
      return this.callOperator('view_as_complex', [pairs]) as Handle;
    } finally {
      this.addon.release([pairs]);
    }
  }

  /** Brings values that a kernel computed on the host to the device. */
  upload(values: HostArray, shape: readonly number[]): Handle {
    const handle = this.addon.fromHost(values, shape);
    this.temporaries.push(handle);
    return handle;
  }

  /** The handle of a TFJS tensor, as a view where a reshape gave it another shape than its data has. */
  handleOf(tensor: tf.TensorInfo): Handle {
    const entry = this.entries.get(tensor.dataId);
    if (entry.handle === undefined) throw new Error(`torch: a ${entry.dtype} tensor cannot be computed with`);
    if (sameShape(entry.shape, tensor.shape)) return entry.handle;
    return this.call('reshape', entry.handle, tensor.shape);
  }

  /**
   * Makes a TFJS tensor of a handle that `call` returned; the kernel's caller owns it then.
   *
   * @throws Error when libtorch's tensor has another shape or type
   */
  wrap(handle: Handle, shape: readonly number[], dtype: tf.DataType): tf.TensorInfo {
    const index = this.temporaries.lastIndexOf(handle);
    if (index < 0) throw new Error('torch: wrap() takes a handle that this kernel made');
    this.addon.requireTensor(handle, shape, scalarType[dtype as NumericType]);
    this.temporaries.splice(index, 1);
    const dataId = {};
    this.entries.set(dataId, { handle, shape: [...shape], dtype, references: 1 });
    return { dataId, shape: [...shape], dtype };
  }

  /** The same data under another shape. */
  share(tensor: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
    this.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
  }

  /** Writes the values of a tensor into another one of its shape and type, in place. */
  copyInto(target: tf.TensorInfo, source: tf.TensorInfo): void {
    this.run('copyInto', { target, source }, () => {
      this.call('copy_', this.handleOf(target), this.handleOf(source));
      return [];
    });
  }

  /** Runs a kernel; its temporaries are released when it returns or throws. */
  run<Result extends tf.TensorInfo | tf.TensorInfo[]>(
    kernel: string,
    inputs: tf.NamedTensorInfoMap,
    body: () => Result,
  ): Result {
    const outer = this.temporaries;
    this.temporaries = [];
    try {
      return profiled(kernel, body);
    } catch (error) {
      throw kernelError(kernel, inputs, error);
    } finally {
      if (this.temporaries.length > 0) this.addon.release(this.temporaries);
      this.temporaries = outer;
    }
  }

  // ---- for TFJS ----

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: object,
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    const entry: Entry =
      dtype === 'string'
        ? { strings: values as Uint8Array[], shape, dtype, references }
        : { handle: this.handleFor(values, shape, dtype), shape, dtype, references };
    this.entries.set(dataId, entry);
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    const { handle, strings, dtype } = this.entries.get(dataId);
    if (handle === undefined) return strings!;
    if (dtype !== 'complex64') return this.addon.toHost(handle);
    const pairs = this.callOperator('view_as_real', [handle]) as Handle;
    try {
      return this.addon.toHost(pairs);
    } finally {
      this.addon.release([pairs]);
    }
  }

  override async read(dataId: object): Promise<tf.backend_util.BackendValues> {
    const { handle, dtype } = this.entries.get(dataId);
    const synchronous = handle === undefined || this.device === 'cpu' || dtype === 'complex64';
    return synchronous ? this.readSync(dataId) : this.addon.toHostAsync(handle);
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.entries.has(dataId)) return true;
    const entry = this.entries.get(dataId);
    entry.references--;
    if (!force && entry.references > 0) return false;
    if (entry.handle !== undefined) this.addon.release([entry.handle]);
    this.entries.delete(dataId);
    return true;
  }

  override incRef(dataId: object): void {
    this.entries.get(dataId).references++;
  }

  override refCount(dataId: object): number {
    return this.entries.has(dataId) ? this.entries.get(dataId).references : 0;
  }

  override numDataIds(): number {
    return this.entries.numDataIds();
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override async time(run: () => void): Promise<tf.BackendTimingInfo> {
    const start = performance.now();
    run();
    return { kernelMs: performance.now() - start };
  }

  override timerAvailable(): boolean {
    return true;
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {}
}
