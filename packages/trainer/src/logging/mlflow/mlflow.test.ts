import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeTime } from '../../../testing/fake-time.js';
import { type Mishap, MlflowServer } from '../../../testing/mlflow-server.js';
import { patternImage } from '../../../testing/pattern-image.js';
import type { Logger } from '../logger.js';
import { type MlflowOptions, mlflow } from './mlflow.js';

let server: MlflowServer;
let time: FakeTime;
let printed: string[];
beforeEach(async () => {
  server = new MlflowServer();
  time = new FakeTime();
  printed = [];
  await server.start();
});
afterEach(() => server.stop());

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 20_000, interval: 1 });
/** Waits until just these waits are pending, in milliseconds. */
const untilPending = (...waits: number[]) => until(() => `${time.pending}` === `${waits}`);
/** A request waits for its answer in pieces of half a second. */
const ANSWER = 500;
const FAREWELL = 10_000;

const RUN = { experiment: 'color', name: 'a', configuration: { settings: { gamma: 50, milestones: [1, 2] } } };

function begin(options: Partial<MlflowOptions> = {}, configuration: object = RUN.configuration): Required<Logger> {
  const logger = mlflow({ url: server.url, id: 'id-1', environment: {}, time, ...options });
  logger.begin({ ...RUN, configuration }, (text) => printed.push(text));
  return logger;
}

const serverError: Mishap = { status: 500, body: '<html>Internal Server Error</html>' };

describe('mlflow', () => {
  it('tells the server what a run is, its scalars and pictures, and how it ended', async () => {
    const logger = begin();
    await until(() => server.runs.length === 1);
    time.pass(250);
    logger.scalars({ loss: 2.5, psnr: 30 }, { step: 10, seconds: 3 });
    await logger.picture('input', patternImage(24, 16), 10);
    time.pass(250);
    logger.scalars({ loss: 1.5 }, { step: 20, seconds: 4 });
    await logger.close('finished');
    const start = 1_700_000_000_000;
    expect(server.run).toMatchObject({
      name: 'a',
      status: 'FINISHED',
      start_time: start,
      end_time: start + 500,
      params: { 'settings.gamma': '50', 'settings.milestones': '[1,2]' },
      tags: { 'sandwich.run': 'id-1' },
      metrics: [
        { key: 'loss', value: 2.5, step: 10, timestamp: start + 250 },
        { key: 'psnr', value: 30, step: 10, timestamp: start + 250 },
        { key: 'loss', value: 1.5, step: 20, timestamp: start + 500 },
      ],
    });
    const [[path, png]] = [...server.files];
    expect(path).toBe('files/run1/artifacts/images/step-0000010-input.png');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(server.mostOpen).toBe(1);
    expect(printed).toEqual([`MLflow at ${server.url}: the run is ${server.url}/#/experiments/1/runs/run1`]);
    expect(time.pending).toEqual([]);
  });

  it.each([
    ['failed', 'FAILED'],
    ['interrupted', 'KILLED'],
  ] as const)('says that a run %s', async (outcome, status) => {
    await begin().close(outcome);
    expect(server.run.status).toBe(status);
  });

  it('sends numbers that JSON does not have, and names as the server takes them', async () => {
    const logger = begin();
    logger.scalars({ a: Number.NaN, 'b?': Number.POSITIVE_INFINITY, '../c//d': Number.NEGATIVE_INFINITY }, { step: 1 });
    await logger.close('finished');
    expect(server.run.metrics.map(({ key, value }) => [key, value])).toEqual([
      ['a', 'NaN'],
      ['b_', 'Infinity'],
      ['_/c/_/d', '-Infinity'],
    ]);
    expect(printed).toHaveLength(1);
  });

  it('keeps to the limits of a request', async () => {
    server.mishap = (_, count) => (count === 1 ? serverError : undefined);
    const values = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`m${i}`, i]));
    const many = Object.fromEntries(Array.from({ length: 230 }, (_, i) => [`p${i}`, i === 7 ? 'x'.repeat(7000) : i]));
    const logger = begin({}, many);
    for (let step = 1; step <= 200; step++) logger.scalars(values, { step });
    await untilPending(1000);
    time.pass(1000);
    await logger.close('finished');
    expect(server.run.metrics).toHaveLength(3000);
    expect(server.steps('m0')).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(Object.keys(server.run.params)).toHaveLength(230);
    expect(server.run.params.p7).toBe(`${'x'.repeat(499)}…`);
    // 66 records of 15 metrics are 990.
    expect(server.requests.filter((request) => request.endsWith('log-batch'))).toHaveLength(3 + 4);
  });

  it('waits for a server that is down at the start, and does not make the run wait', async () => {
    await server.stop();
    const logger = begin();
    for (const pause of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
      await untilPending(pause);
      logger.scalars({ loss: pause }, { step: pause });
      expect(time.pending).toEqual([pause]); // It is not tried again for that.
      time.pass(pause);
    }
    await logger.picture('input', patternImage(8, 8), 1);
    await untilPending(60_000);
    await server.start();
    time.pass(60_000);
    await until(() => server.files.size === 1);
    expect(server.run.start_time).toBe(1_700_000_000_000);
    expect(server.run.metrics.map(({ timestamp }) => (timestamp - 1_700_000_000_000) / 1000)).toEqual([
      0, 1, 3, 7, 15, 31, 63, 123,
    ]);
    await logger.close('finished');
    expect(printed).toEqual([
      expect.stringMatching(
        /^MLflow at .*: connect ECONNREFUSED .*; training goes on, and the log is kept for the server$/,
      ),
      expect.stringContaining('the run is'),
      `MLflow at ${server.url}: it answers again`,
    ]);
  });

  it.each<[string, Mishap, string]>([
    ['500', serverError, 'it answers 500: <html>Internal Server Error</html>'],
    ['429', { status: 429, body: 'too many' }, 'it answers 429: too many'],
    [
      'a page in place of JSON',
      { status: 200, body: '<html>' },
      "it answers '<html>', which is not what MLflow answers",
    ],
    ['JSON of something else', { status: 200, body: '{"run": 3}' }, 'it answers without the id of a run'],
    [
      'a redirection',
      { status: 302, body: '', headers: { location: 'https://a/' } },
      'it answers 302: it is at https://a/',
    ],
    ['401', { status: 401, body: '' }, 'it answers 401; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD'],
  ])('repeats what is answered by %s', async (_, mishap, said) => {
    let isIll = true;
    server.mishap = (request) => (isIll && !request.endsWith('get-by-name') ? mishap : undefined);
    const logger = begin();
    logger.scalars({ loss: 1 }, { step: 1 });
    for (const pause of [1000, 2000]) {
      await untilPending(pause);
      time.pass(pause);
    }
    await untilPending(4000);
    expect(printed).toEqual([expect.stringContaining(said)]);
    isIll = false;
    time.pass(4000);
    await logger.close('finished');
    expect(server.run.status).toBe('FINISHED');
    expect(server.steps('loss')).toEqual([1]);
  });

  it('waits as long as a server asks for, up to a minute', async () => {
    const answers = ['7', '3600'];
    server.mishap = () => {
      const seconds = answers.shift();
      return seconds ? { status: 429, body: '', headers: { 'retry-after': seconds } } : undefined;
    };
    const logger = begin();
    await untilPending(7000);
    time.pass(7000);
    await untilPending(60_000);
    time.pass(60_000);
    await logger.close('finished');
    expect(server.run.status).toBe('FINISHED');
  });

  it('gives a request up that is not answered, and does not make the run wait for it', async () => {
    let isIll = false;
    let unanswered = 0;
    server.mishap = () => {
      if (!isIll) return undefined;
      unanswered++;
      return 'hang';
    };
    const logger = begin();
    await until(() => Object.keys(server.runs[0]?.params ?? {}).length === 2);
    isIll = true;
    logger.scalars({ loss: 1 }, { step: 1 });
    await until(() => unanswered === 1);
    await untilPending(ANSWER);
    const asked = server.requests.length;
    for (let step = 2; step <= 50; step++) logger.scalars({ loss: step }, { step });
    await logger.picture('input', patternImage(8, 8), 50);
    // All of that was taken, and waits for the one answer.
    expect(server.requests).toHaveLength(asked);
    for (let piece = 0; piece < 40; piece++) {
      await untilPending(ANSWER);
      time.pass(ANSWER);
    }
    await untilPending(1000);
    isIll = false;
    time.pass(1000);
    await until(() => server.files.size === 1);
    expect(server.steps('loss')).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(server.mostOpen).toBe(1);
    await logger.close('finished');
  });

  it.each(['experiments/create', 'runs/create', 'runs/log-batch', 'runs/update'])(
    'makes nothing twice when the answer to %s is lost',
    async (call) => {
      let losses = 0;
      server.mishap = (request) => (request.endsWith(call) && losses++ === 0 ? 'lose the answer' : undefined);
      const logger = begin();
      const closed = call === 'runs/update' ? logger.close('finished') : undefined;
      await untilPending(...(closed ? [FAREWELL] : []), 1000);
      time.pass(1000);
      await (closed ?? logger.close('finished'));
      expect(losses).toBe(call.endsWith('create') ? 1 : 2);
      expect(server.run).toMatchObject({ experiment: '1', status: 'FINISHED', params: { 'settings.gamma': '50' } });
    },
  );

  it('goes on with a server that was killed and came back', async () => {
    const logger = begin();
    logger.scalars({ loss: 1 }, { step: 1 });
    await until(() => server.runs[0]?.metrics.length === 1);
    await server.stop();
    logger.scalars({ loss: 2 }, { step: 2 });
    await untilPending(1000);
    logger.scalars({ loss: 3 }, { step: 3 });
    await server.start();
    time.pass(1000);
    await until(() => server.run.metrics.length === 3);
    await logger.close('finished');
    expect(server.steps('loss')).toEqual([1, 2, 3]);
    // A short absence is not told.
    expect(printed).toHaveLength(1);
  });

  it('leaves out what the server refuses, and says so once', async () => {
    const refusal = { status: 400, body: '{"error_code":"INVALID_PARAMETER_VALUE","message":"no such"}' };
    // The first one is that of the configuration.
    const batches = ['taken', 'refused', 'refused', 'taken'];
    server.mishap = (request) => (request.endsWith('log-batch') && batches.shift() === 'refused' ? refusal : undefined);
    const logger = begin();
    for (const [i, left] of [2, 1, 0].entries()) {
      logger.scalars({ loss: i }, { step: i });
      await until(() => batches.length === left && time.pending.length === 0);
    }
    await logger.close('finished');
    expect(server.run.status).toBe('FINISHED');
    expect(server.steps('loss')).toEqual([2]);
    expect(printed).toEqual([
      expect.stringContaining('the run is'),
      `MLflow at ${server.url}: it refuses a part of the log: it answers 400: no such`,
      `MLflow at ${server.url}: not delivered: 2 records; the run directory has all of it`,
    ]);
  });

  it('waits ten seconds at the end, and says what is not delivered', async () => {
    const logger = begin();
    await until(() => Object.keys(server.runs[0]?.params ?? {}).length === 2);
    server.mishap = () => 'hang';
    logger.scalars({ loss: 1 }, { step: 1 });
    await untilPending(ANSWER);
    logger.scalars({ loss: 2 }, { step: 2 });
    await logger.picture('input', patternImage(8, 8), 2);
    let isClosed = false;
    const closed = logger.close('finished').then(() => {
      isClosed = true;
    });
    await untilPending(ANSWER, FAREWELL);
    time.pass(9999);
    await untilPending(FAREWELL, ANSWER);
    await setImmediate();
    expect(isClosed).toBe(false);
    time.pass(1);
    await closed;
    expect(printed.at(-1)).toBe(
      `MLflow at ${server.url}: not delivered: 2 records, the end of the run, 1 picture (no answer in time); the run directory has all of it`,
    );
    expect(time.pending).toEqual([]);
  });

  it('tries more often at the end, after a server that was down', async () => {
    await server.stop();
    const logger = begin();
    for (const pause of [1000, 2000, 4000]) {
      await untilPending(pause);
      time.pass(pause);
    }
    await untilPending(8000);
    const closed = logger.close('finished');
    await untilPending(FAREWELL, 1000);
    await server.start();
    time.pass(1000);
    await closed;
    expect(server.run.status).toBe('FINISHED');
    expect(printed.at(-1)).toContain('it answers again');
  });

  it('drops every other record of a server that stays away for too long', async () => {
    await server.stop();
    const logger = begin();
    await untilPending(1000);
    for (let step = 1; step <= 10_001; step++) logger.scalars({ loss: step }, { step });
    await server.start();
    time.pass(1000);
    await until(() => server.runs[0]?.metrics.length === 5001);
    expect(server.steps('loss').slice(0, 3)).toEqual([1, 3, 5]);
    expect(server.steps('loss').at(-1)).toBe(10_001);
    await logger.close('finished');
    expect(printed.at(-1)).toContain('not delivered: 5000 records');
  });

  it('goes on in the same run', async () => {
    const first = begin();
    first.scalars({ loss: 1 }, { step: 10 });
    await first.close('interrupted');
    const second = begin({}, { settings: { gamma: 50, milestones: [1] }, added: true });
    await until(() => server.run.status === 'RUNNING');
    second.scalars({ loss: 2 }, { step: 20 });
    await second.close('finished');
    expect(server.run).toMatchObject({
      status: 'FINISHED',
      params: { 'settings.gamma': '50', 'settings.milestones': '[1,2]', added: 'true' },
      // Parameters of a run cannot change.
      tags: { 'changed.settings.milestones': '[1]' },
    });
    expect(server.steps('loss')).toEqual([10, 20]);
    expect(printed).toHaveLength(2);
  });

  it('begins a run of its own for another directory, in an experiment that is there or named', async () => {
    await begin().close('finished');
    await begin({ id: 'id-2' }).close('finished');
    await begin({ id: 'id-3', experiment: 'other' }).close('finished');
    expect(server.runs.map(({ experiment }) => experiment)).toEqual(['1', '1', '2']);
  });

  it('says that an experiment is deleted, and waits for it', async () => {
    await begin().close('finished');
    server.deleteExperiment('color');
    const logger = begin({ id: 'id-2' });
    for (const pause of [1000, 2000]) {
      await untilPending(pause);
      time.pass(pause);
    }
    await untilPending(4000);
    expect(printed.at(-1)).toContain("its experiment 'color' is deleted; restore it, or name another in the address");
    const closed = logger.close('failed');
    for (let second = 0; second < 10; second++) {
      await untilPending(FAREWELL, 1000);
      time.pass(1000);
    }
    await closed;
    expect(printed.at(-1)).toContain('not delivered: the configuration, the end of the run');
  });

  it('uploads no pictures where the server does not pass files on', async () => {
    server.artifactRoot = 's3://bucket';
    const logger = begin();
    await logger.picture('input', patternImage(8, 8), 1);
    await logger.close('finished');
    expect(server.run.status).toBe('FINISHED');
    expect(printed.slice(1)).toEqual([
      `MLflow at ${server.url}: it takes no pictures: it does not pass files on to 's3://bucket/run1/artifacts'`,
      `MLflow at ${server.url}: not delivered: 1 picture; the run directory has all of it`,
    ]);
  });

  it('gives pictures up that a server fails to take, and delivers everything else', async () => {
    server.mishap = (request) => (request.startsWith('PUT') ? serverError : undefined);
    const logger = begin();
    await logger.picture('input', patternImage(8, 8), 1);
    for (const pause of [1000, 2000]) {
      await untilPending(pause);
      time.pass(pause);
    }
    await until(() => printed.length === 2);
    logger.scalars({ loss: 1 }, { step: 1 });
    await logger.close('finished');
    expect(server.run.status).toBe('FINISHED');
    expect(server.steps('loss')).toEqual([1]);
    expect(printed[1]).toContain('it takes no pictures: it answers 500');
  });

  it.each([
    [
      { MLFLOW_TRACKING_USERNAME: 'me', MLFLOW_TRACKING_PASSWORD: 'word', MLFLOW_TRACKING_TOKEN: 'x' },
      'Basic bWU6d29yZA==',
    ],
    [{ MLFLOW_TRACKING_TOKEN: 'x' }, 'Bearer x'],
    [{}, undefined],
  ])('authenticates by %j', async (environment, authorization) => {
    await begin({ environment }).close('finished');
    expect(new Set(server.headers.map((headers) => headers.authorization))).toEqual(new Set([authorization]));
  });
});
