import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

type Profile = typeof import('./profile.js');

const tensor = (shape: number[], dtype: 'float32' | 'bool' = 'float32') => ({ dataId: {}, shape, dtype });

async function load(debug: string): Promise<Profile> {
  vi.resetModules();
  vi.stubEnv('SANDWICH_DEBUG', debug);
  return import('./profile.js');
}

afterAll(() => vi.unstubAllEnvs());

describe('with SANDWICH_DEBUG=1', () => {
  let profile: Profile;
  beforeAll(async () => {
    profile = await load('1');
  });
  // Nothing is to be printed when the tests end.
  afterAll(() => profile.startKernelProfile());

  it('counts calls and bytes, and lists the longest first', () => {
    vi.spyOn(performance, 'now')
      .mockReturnValueOnce(0)
      .mockReturnValueOnce(2)
      .mockReturnValueOnce(10)
      .mockReturnValueOnce(15)
      .mockReturnValueOnce(20)
      .mockReturnValueOnce(23);
    profile.profiled('Add', () => tensor([2, 3]));
    profile.profiled('Split', () => [tensor([4]), tensor([5], 'bool')]);
    profile.profiled('Add', () => tensor([]));
    vi.restoreAllMocks();
    expect(profile.kernelProfile()).toEqual([
      { kernel: 'Add', calls: 2, milliseconds: 5, bytes: 28 },
      { kernel: 'Split', calls: 1, milliseconds: 5, bytes: 21 },
    ]);
  });

  it('prints a line a kernel', () => {
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    profile.printKernelProfile('step 1');
    vi.restoreAllMocks();
    const rows = written.join('').trimEnd().split('\n');
    expect(rows.map((row) => row.trim().split(/ {2,}/))).toEqual([
      ['step 1', 'calls', 'ms', 'MiB out'],
      ['Add', '2', '5.00', '0.00'],
      ['Split', '1', '5.00', '0.00'],
    ]);
  });

  it('starts anew, and does not stop', () => {
    profile.startKernelProfile();
    expect(profile.kernelProfile()).toEqual([]);
    profile.stopKernelProfile();
    profile.profiled('Add', () => tensor([2]));
    expect(profile.kernelProfile().length).toBe(1);
  });
});

it('records nothing otherwise but between start and stop', async () => {
  const profile = await load('0');
  profile.profiled('Add', () => tensor([2]));
  expect(profile.kernelProfile()).toEqual([]);
  profile.startKernelProfile();
  profile.profiled('Mul', () => tensor([2]));
  profile.stopKernelProfile();
  profile.profiled('Add', () => tensor([2]));
  expect(profile.kernelProfile().map(({ kernel }) => kernel)).toEqual(['Mul']);
});
