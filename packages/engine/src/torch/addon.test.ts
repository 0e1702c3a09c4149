import { describe, expect, it } from 'vitest';
import { type Addon, addonExists, type HostArray, loadAddon } from './addon.js';

describe.skipIf(!addonExists())('addon', () => {
  const addon: Addon = addonExists() ? loadAddon() : ({} as Addon);
  const operator = (name: string, overload = '') => addon.findOperator(`aten::${name}`, overload);
  const vector = (...values: number[]) => addon.fromHost(Float32Array.from(values), [values.length]);

  it('carries values to libtorch and back', async () => {
    const values = [new Float32Array([1, -2.5, Number.NaN]), new Int32Array([1, -2, 3]), new Uint8Array([1, 0, 1])];
    for (const array of values) {
      const handle = addon.fromHost(array, [3, 1]);
      expect(addon.shapeOf(handle)).toEqual([3, 1]);
      expect(addon.toHost(handle)).toEqual(array);
      expect(await addon.toHostAsync(handle)).toEqual(array);
      addon.release([handle]);
    }
  });

  it('calls operators by their schemas', () => {
    const before = addon.liveTensors();
    const x = vector(3, 1, 2);
    const sum = addon.callOperator(operator('sum', 'dim_IntList'), x, [0], true, 6) as number;
    expect(addon.toHost(sum)).toEqual(new Float32Array([6]));
    const [sorted, indices] = addon.callOperator(operator('sort'), x) as number[];
    expect(addon.toHost(sorted)).toEqual(new Float32Array([1, 2, 3]));
    expect(addon.toHost(indices)).toEqual(new Int32Array([1, 2, 0]));
    const joined = addon.callOperator(operator('cat'), [x, x]) as number;
    expect(addon.shapeOf(joined)).toEqual([6]);
    addon.release([x, sum, sorted, indices, joined]);
    expect(addon.liveTensors()).toBe(before);
  });

  it('answers wrong arguments with errors that name them', () => {
    const x = vector(1, 2);
    const add = operator('add', 'Tensor');
    const released = vector(1);
    addon.release([released]);
    expect(() => operator('no_such_operator')).toThrow(/no operator aten::no_such_operator/);
    expect(() => addon.callOperator(add, x, released)).toThrow(/argument other: tensor handle was released/);
    expect(() => addon.callOperator(add, x, 5)).toThrow(/argument other: not a tensor handle/);
    expect(() => addon.callOperator(add, x, null)).toThrow(/argument other: expected a tensor handle/);
    expect(() => addon.callOperator(add, x)).toThrow(/argument other is missing/);
    expect(() => addon.callOperator(add, x, x, 1, 1)).toThrow(/takes 3 arguments, got 4/);
    expect(() => addon.callOperator(operator('reshape'), x, [1.5])).toThrow(/argument shape: expected an integer/);
    expect(() => addon.callOperator(operator('cat'), x)).toThrow(/argument tensors: expected an array/);
    expect(() => addon.callOperator(-1)).toThrow(/no operator with this id/);
    expect(() => addon.release([released])).toThrow(/released/);
    expect(() => addon.toHost(Number.NaN)).toThrow(/not a tensor handle/);
    addon.release([x]);
  });

  it('answers host arrays that do not fit with errors', () => {
    expect(() => addon.fromHost(new Float32Array(3), [2, 2])).toThrow(/shape \[2, 2\] holds 4 values, the array 3/);
    expect(() => addon.fromHost(new Float32Array(0), [-1])).toThrow(/negative size in shape \[-1\]/);
    expect(() => addon.fromHost(new Float64Array(1) as unknown as HostArray, [1])).toThrow(/Float32Array/);
    expect(() => addon.fromHost([1] as unknown as HostArray, [1])).toThrow(/typed array/);
  });

  it("passes libtorch's errors on", () => {
    const [x, y] = [vector(1, 2), vector(1, 2, 3)];
    expect(() => addon.callOperator(operator('add', 'Tensor'), x, y)).toThrow(/size of tensor a \(2\)/);
    addon.release([x, y]);
  });

  it('says why by a code', () => {
    const x = vector(1, 2);
    const released = vector(1);
    addon.release([released]);
    const full = operator('full');
    const codeOf = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return (error as { code?: string }).code;
      }
      return 'none';
    };
    expect(codeOf(() => addon.toHost(released))).toBe('ERR_TENSOR_RELEASED');
    expect(codeOf(() => addon.callOperator(operator('relu'), released))).toBe('ERR_TENSOR_RELEASED');
    expect(codeOf(() => addon.callOperator(operator('relu'), 'x'))).toBe('ERR_ARGUMENT');
    expect(codeOf(() => addon.callOperator(operator('mm'), x, x))).toBe('ERR_LIBTORCH');
    expect(codeOf(() => addon.callOperator(full, [2 ** 40], 1))).toBe('ERR_OUT_OF_MEMORY');
    expect(codeOf(() => addon.callOperator(full, [2 ** 40, 2 ** 40], 1))).toBe('ERR_LIBTORCH');
    expect(codeOf(() => addon.setDevice('meta'))).toBe('ERR_DEVICE');
    expect(codeOf(() => addon.callOperator(full, [1], 1, 6, null, 'meta'))).toBe('ERR_DEVICE');
    addon.release([x]);
  });

  it('reads no more than the machine can hold', async () => {
    const one = vector(1);
    const many = addon.callOperator(operator('expand'), one, [2 ** 42], false) as number;
    expect(() => addon.toHost(many)).toThrow(/out of memory: 16777216 MiB are wanted/);
    await expect(addon.toHostAsync(many)).rejects.toThrow(/out of memory/);
    addon.release([one, many]);
  });

  it('bounds what libtorch would index with or start', () => {
    const x = vector(1);
    expect(() => addon.callOperator(operator('to', 'dtype'), x, 999)).toThrow(/no data type has the number 999/);
    expect(() => addon.callOperator(operator('zeros'), [1], 6, 7)).toThrow(/only strided layouts/);
    expect(() => addon.callOperator(operator('contiguous'), x, 99)).toThrow(/no memory format has the number 99/);
    expect(() => addon.setThreads(1e9)).toThrow(/threads must be 1 to 1024, got 1000000000/);
    expect(() => addon.findOperator('x'.repeat(1e6), '')).toThrow(/string of 1000000 bytes is too long/);
    expect(() => addon.callOperator(operator('cat'), new Array(2 ** 32 - 1))).toThrow(/list of 4294967295 elements/);
    expect(() => addon.callOperator(operator('reshape'), x, new Array(65).fill(1))).toThrow(/65 dimensions/);
    addon.release([x]);
  });

  it('divides the smallest integer by -1 as it adds: wrapping', () => {
    const a = addon.fromHost(new Int32Array([-(2 ** 31), 7]), [2]);
    const b = addon.fromHost(new Int32Array([-1, -1]), [2]);
    const results = [
      addon.callOperator(operator('div', 'Tensor_mode'), a, b, 'floor'),
      addon.callOperator(operator('div', 'Tensor_mode'), a, b, 'trunc'),
      addon.callOperator(operator('remainder', 'Tensor'), a, b),
      addon.callOperator(operator('fmod', 'Tensor'), a, b),
    ] as number[];
    expect(results.map((handle) => [...addon.toHost(handle)])).toEqual([
      [-(2 ** 31), -7],
      [-(2 ** 31), -7],
      [0, 0],
      [0, 0],
    ]);
    addon.release([a, b, ...results]);
  });

  describe('with arguments whose getters act', () => {
    const list = (get: () => unknown) => Object.defineProperty([0, 1], 0, { get }) as number[];

    it('passes on what they throw', () => {
      const mine = new RangeError('mine');
      const throwing = list(() => {
        throw mine;
      });
      const before = addon.liveTensors();
      expect(() => addon.fromHost(new Float32Array(2), throwing)).toThrow(mine);
      expect(() => addon.callOperator(operator('cat'), throwing)).toThrow(mine);
      expect(() => addon.release(throwing)).toThrow(mine);
      expect(addon.liveTensors()).toBe(before);
    });

    it('survives that they release, call and detach', () => {
      const [x, y] = [vector(1), vector(2)];
      const releasing = [x, 0, y];
      const release = () => {
        addon.release([x]);
        return y;
      };
      Object.defineProperty(releasing, 1, { get: release });
      const joined = addon.callOperator(operator('cat'), releasing) as number;
      expect(addon.toHost(joined)).toEqual(new Float32Array([1, 2, 2]));

      const reentrant = list(() => {
        for (const name of ['sin', 'cos', 'tan', 'sinh', 'cosh'])
          addon.release([addon.callOperator(operator(name), y) as number]);
        return 1;
      });
      const shaped = addon.callOperator(operator('reshape'), y, reentrant) as number;
      expect(addon.shapeOf(shaped)).toEqual([1, 1]);

      const values = new Float32Array(2 ** 20);
      const detaching = list(() => {
        structuredClone(values.buffer, { transfer: [values.buffer] });
        return 2 ** 20;
      });
      expect(() => addon.fromHost(values, detaching)).toThrow(/shape \[1048576, 1\] holds 1048576 values, the array 0/);
      addon.release([y, joined, shaped]);
    });
  });

  it('takes arrays over shared and over resized memory', () => {
    const shared = new Float32Array(new SharedArrayBuffer(8)).fill(3);
    const handle = addon.fromHost(shared, [2]);
    expect(addon.toHost(handle)).toEqual(new Float32Array([3, 3]));
    // @ts-expect-error: resizable buffers are newer than the library that is compiled against.
    const buffer = new ArrayBuffer(64, { maxByteLength: 64 }) as ArrayBuffer & { resize(length: number): void };
    const values = new Float32Array(buffer);
    buffer.resize(4);
    expect(() => addon.fromHost(values, [16])).toThrow(/holds 16 values, the array 1/);
    addon.release([handle]);
  });

  it('knows which operators exist and how they are called', () => {
    expect(addon.hasOperator('aten::add', 'Tensor')).toBe(true);
    expect(addon.hasOperator('aten::add', 'Tenser')).toBe(false);
    expect(addon.hasOperator('', '')).toBe(false);
    expect(addon.signatureOf(operator('relu'))).toBe('aten::relu(Tensor self) -> Tensor');
    expect(() => addon.signatureOf(1e6)).toThrow(/no operator with this id/);
  });

  it('refuses what kernels of some versions take for granted', () => {
    const image = addon.callOperator(operator('ones'), [1, 1, 4, 4]) as number;
    const floats = addon.callOperator(operator('ones'), [1, 1, 2, 2]) as number;
    const far = addon.callOperator(operator('full'), [1, 1, 2, 2], 16, 4) as number;
    const weight = addon.callOperator(operator('ones'), [1, 1, 1, 1]) as number;
    const pooled = [floats, image, [2, 2], [2, 2], [0, 0], [1, 1], false, far];
    expect(() => addon.callOperator(operator('max_pool2d_with_indices_backward'), ...pooled)).toThrow(
      /outside of the input/,
    );
    const convolution = [image, weight, null, [1, 1], [0, 0], [1, 1], false, [0, 0], 2 ** 32];
    expect(() => addon.callOperator(operator('convolution'), ...convolution)).toThrow(/groups must be/);
    expect(() => addon.callOperator(operator('upsample_bilinear2d'), image, [8, 8], false, null, 1e-9)).toThrow(
      /scale .* does not take 4 to 8/,
    );
    addon.release([image, floats, far, weight]);
  });

  it.skipIf(!addonExists() || !addon.hasCuda())('refuses to mix devices (needs CUDA)', () => {
    const x = vector(1, 2);
    addon.setDevice('cuda');
    const y = vector(1, 2);
    addon.setDevice('cpu');
    expect(() => addon.callOperator(operator('add', 'Tensor'), x, y)).toThrow(
      /tensors on cpu and on cuda:0 cannot be mixed/,
    );
    addon.release([x, y]);
  });
});
