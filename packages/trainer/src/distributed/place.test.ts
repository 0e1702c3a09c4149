import { describe, expect, it } from 'vitest';
import { hasRank, placeIn } from './place.js';
import { slurmStep } from './slurm-step.js';

const complete = { RANK: '1', WORLD_SIZE: '4', MASTER_ADDR: 'node-0', MASTER_PORT: '29500' };

describe('placeIn', () => {
  it('reads what torchrun sets', () => {
    const place = { rank: 1, size: 4, host: 'node-0', port: 29500 };
    expect(placeIn(complete)).toEqual({
      ...place,
      localRank: 0,
      localSize: undefined,
      storeExists: false,
      attempt: '0',
    });
    const more = {
      LOCAL_RANK: '1',
      LOCAL_WORLD_SIZE: '2',
      TORCHELASTIC_USE_AGENT_STORE: 'True',
      TORCHELASTIC_RESTART_COUNT: '3',
    };
    expect(placeIn({ ...complete, ...more })).toEqual({
      ...place,
      localRank: 1,
      localSize: 2,
      storeExists: true,
      attempt: '3',
    });
  });

  it('finds one process alone', () => {
    expect(placeIn({})).toBe(undefined);
    expect(placeIn({ RANK: '0', WORLD_SIZE: '1' })).toBe(undefined);
    expect(placeIn({ MASTER_ADDR: 'node-0', MASTER_PORT: '29500' })).toBe(undefined);
  });

  it('takes a variable that is empty for one that is not set', () => {
    const empty = Object.fromEntries(Object.keys(complete).map((name) => [name, '']));
    expect(placeIn(empty)).toBe(undefined);
    expect(placeIn({ ...empty, RANK: '0', WORLD_SIZE: '1' })).toBe(undefined);
    const local = { LOCAL_RANK: '', LOCAL_WORLD_SIZE: '', TORCHELASTIC_RESTART_COUNT: '' };
    expect(placeIn({ ...complete, ...local })).toEqual(placeIn(complete));
    expect(hasRank(empty)).toBe(false);
    expect(hasRank(complete)).toBe(true);
  });

  it.each([
    [{ MASTER_PORT: undefined }, /RANK, WORLD_SIZE, MASTER_ADDR is set, MASTER_PORT is not$/],
    [{ WORLD_SIZE: undefined, MASTER_ADDR: '' }, /RANK, MASTER_PORT is set, WORLD_SIZE, MASTER_ADDR is not$/],
    [{ RANK: '4' }, "RANK must be an integer of 0 to 3, got '4'"],
    [{ RANK: '-1' }, "RANK must be an integer of 0 to 3, got '-1'"],
    [{ RANK: '0', WORLD_SIZE: 'two' }, "WORLD_SIZE must be an integer of 1 to 65536, got 'two'"],
    [{ MASTER_PORT: '70000' }, "MASTER_PORT must be an integer of 1 to 65535, got '70000'"],
    [{ LOCAL_RANK: '4' }, "LOCAL_RANK must be an integer of 0 to 3, got '4'"],
    [{ WORLD_SIZE: '' }, /RANK, MASTER_ADDR, MASTER_PORT is set, WORLD_SIZE is not$/],
  ])('refuses %j', (change, message) => {
    expect(() => placeIn({ ...complete, ...change })).toThrow(message);
  });
});

describe('slurmStep', () => {
  // As srun of Slurm 22.05 sets them in its second task of three on the machines n1 and n2.
  const task = {
    SLURM_JOB_ID: '30007',
    SLURM_STEP_ID: '2',
    SLURM_STEP_NUM_TASKS: '3',
    SLURM_STEP_NUM_NODES: '2',
    SLURM_STEP_NODELIST: 'n[1-2]',
    SLURM_STEP_TASKS_PER_NODE: '2,1',
    SLURM_PROCID: '1',
    SLURM_LOCALID: '1',
    SLURM_NODEID: '0',
  };

  it('reads what srun sets', () => {
    const expand = (list: string) => (list === 'n[1-2]' ? ['n1', 'n2'] : []);
    const variables = { RANK: '1', WORLD_SIZE: '3', LOCAL_RANK: '1', LOCAL_WORLD_SIZE: '2' };
    expect(slurmStep(task, expand)).toEqual({ ...variables, MASTER_ADDR: 'n1', MASTER_PORT: '30009' });
    const master = { MASTER_ADDR: '10.0.0.1', MASTER_PORT: '29500' };
    expect(slurmStep({ ...task, ...master }, expand)).toEqual({ ...variables, ...master });
    const last = { ...task, SLURM_STEP_TASKS_PER_NODE: '3(x2),1', SLURM_NODEID: '2' };
    expect(slurmStep(last, expand)).toMatchObject({ LOCAL_WORLD_SIZE: '1' });
    expect(placeIn({ ...task, SLURM_STEP_NUM_NODES: '1' })).toMatchObject({ host: '127.0.0.1', rank: 1, size: 3 });
    expect(placeIn({ ...task, ...complete })).toEqual(placeIn(complete));
  });

  it('finds a process alone in an allocation, and in a step of one task', () => {
    expect(placeIn({ SLURM_JOB_ID: '7', SLURM_NTASKS: '2', SLURM_PROCID: '0' })).toBe(undefined);
    expect(placeIn({ ...task, SLURM_STEP_NUM_TASKS: '1', SLURM_PROCID: '0' })).toBe(undefined);
  });

  it('says what to do where Slurm does not name the machines', () => {
    const unknown = { ...task, SLURM_STEP_NODELIST: '--no-such-option' };
    expect(() => slurmStep(unknown)).toThrow(
      /this Slurm step, --no-such-option, are not known: .*; set RANK, WORLD_SIZE/s,
    );
  });
});
