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
    expect(() => addon.fromHost(new Float32Array(3), [2, 2])).toThrow(/shape holds 4.* values, the array 3/);
    expect(() => addon.fromHost(new Float32Array(0), [-1])).toThrow(/negative size/);
    expect(() => addon.fromHost(new Float64Array(1) as unknown as HostArray, [1])).toThrow(/Float32Array/);
    expect(() => addon.fromHost([1] as unknown as HostArray, [1])).toThrow(/typed array/);
  });

  it("passes libtorch's errors on", () => {
    const [x, y] = [vector(1, 2), vector(1, 2, 3)];
    expect(() => addon.callOperator(operator('add', 'Tensor'), x, y)).toThrow(/size of tensor a \(2\)/);
    addon.release([x, y]);
  });
});
