import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addonExists } from './addon.js';

const addonPath = fileURLToPath(new URL('../../build/torch.node', import.meta.url));
const onnxPackage = fileURLToPath(new URL('../../../onnx/package.json', import.meta.url));
const codecs = fileURLToPath(new URL('../../../codecs/package.json', import.meta.url));

/** What every script below has at hand, in the main thread and in workers. */
const PRELUDE = `
  const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
  const { createRequire } = require('node:module');
  const assert = require('node:assert');
  const load = () => require(${JSON.stringify(addonPath)});
  const call = (addon, name, ...args) => {
    const [base, overload = ''] = name.split('.');
    return addon.callOperator(addon.findOperator('aten::' + base, overload), ...args);
  };
  const ones = (addon, ...shape) => call(addon, 'full', shape, 1, 6);
  /** Convolutions and products for ever, or \`rounds\` times; the sum of the last product. */
  function work(addon, rounds = Infinity) {
    let sum;
    for (let i = 0; i < rounds; i++) {
      const [x, w, a] = [ones(addon, 1, 8, 32, 32), ones(addon, 8, 8, 3, 3), ones(addon, 96, 96)];
      const y = call(addon, 'convolution', x, w, null, [1, 1], [1, 1], [1, 1], false, [0, 0], 1);
      const product = call(addon, 'matmul', a, a);
      sum = addon.toHost(product).reduce((total, value) => total + value, 0);
      addon.release([x, w, a, y, product]);
    }
    return sum;
  }
  const startWorker = (body, data) =>
    new Worker(PRELUDE + body, { eval: true, workerData: data });
  const ended = (worker) => new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
  const said = (worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  const resident = () => Math.round(process.memoryUsage().rss / 2 ** 20);
`;

/** Runs a script in a process of its own. */
function run(body: string, environment: NodeJS.ProcessEnv = {}) {
  const script = `const PRELUDE = ${JSON.stringify(PRELUDE)};\n${PRELUDE}\n(async () => {${body}})();`;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, ...environment },
  });
  return { status, signal, stdout: stdout.trim(), stderr };
}

const PRODUCT = 96 ** 3;

/** It is an optional dependency of `@sandwich/onnx`. */
function onnxIsInstalled(): boolean {
  try {
    return createRequire(onnxPackage).resolve('onnxruntime-node') !== '';
  } catch {
    return false;
  }
}

describe.skipIf(!addonExists())('addon in processes', () => {
  describe('worker threads', () => {
    it('loads and computes in several at once', () => {
      const { status, stdout, stderr } = run(`
        const workers = [1, 2, 3, 4].map(() => startWorker('parentPort.postMessage(work(load(), 5))'));
        const sums = await Promise.all(workers.map(said));
        console.log(sums.join(' '), work(load(), 5));
      `);
      expect(stderr).toBe('');
      expect(stdout).toBe(Array(5).fill(PRODUCT).join(' '));
      expect(status).toBe(0);
    });

    it('keeps their tensors apart', () => {
      const { status, stdout } = run(`
        const addon = load();
        const mine = [1, 2, 3].map(() => ones(addon, 2));
        const worker = startWorker(\`
          const addon = load();
          const before = addon.liveTensors();
          let code;
          try { addon.shapeOf(workerData); } catch (error) { code = error.code; }
          parentPort.postMessage([before, code]);
        \`, mine[2]);
        console.log(...await said(worker), addon.liveTensors());
      `);
      expect(stdout).toBe('0 ERR_TENSOR_RELEASED 3');
      expect(status).toBe(0);
    });

    it('survives that only workers load it, one after another', () => {
      const { status, signal, stdout } = run(`
        for (let i = 0; i < 4; i++) {
          const worker = startWorker('parentPort.postMessage(work(load(), 2))');
          const end = ended(worker);
          console.log(await said(worker), await end);
        }
      `);
      expect(stdout).toBe(Array(4).fill(`${PRODUCT} 0`).join('\n'));
      expect({ status, signal }).toEqual({ status: 0, signal: null });
    });

    it('releases the tensors of a worker that ends or is ended', () => {
      const { status, stdout } = run(`
        const addon = load();
        work(addon, 1);
        const before = resident();
        for (let i = 0; i < 6; i++) {
          const worker = startWorker('const addon = load(); globalThis.kept = ones(addon, 40, 2 ** 20); parentPort.postMessage(addon.liveTensors()); '
            + (i % 2 ? '' : 'setInterval(() => {}, 1000)'));
          const end = ended(worker);
          if ((await said(worker)) !== 1) throw new Error('not made');
          if (i % 2 === 0) await worker.terminate();
          await end;
        }
        console.log(resident() - before);
      `);
      expect(status).toBe(0);
      // Six times 160 MiB were made; malloc keeps one or two of them for later.
      expect(Number(stdout)).toBeLessThan(400);
    });

    it('can be terminated in the middle of work, and while reads are in flight', () => {
      const { status, signal, stdout } = run(`
        for (let i = 0; i < 3; i++) {
          const worker = startWorker('const addon = load(); parentPort.postMessage(0); work(addon)');
          await said(worker);
          await worker.terminate();
          const reader = startWorker(\`
            const addon = load();
            const x = ones(addon, 20, 2 ** 20);
            const read = () => addon.toHostAsync(x).then(read);
            for (let i = 0; i < 8; i++) read();
            parentPort.postMessage(0);
          \`);
          await said(reader);
          await reader.terminate();
        }
        console.log(work(load(), 1));
      `);
      expect(stdout).toBe(String(PRODUCT));
      expect({ status, signal }).toEqual({ status: 0, signal: null });
    });

    it('ends with the process while they work', () => {
      const { status, signal } = run(`
        const workers = [1, 2].map(() => startWorker('const addon = load(); parentPort.postMessage(0); work(addon)'));
        await Promise.all(workers.map(said));
        process.exit(7);
      `);
      expect({ status, signal }).toEqual({ status: 7, signal: null });
    });
  });

  describe('exit', () => {
    it.each([
      ['process.exit with tensors alive', 'work(addon, 2); ones(addon, 2 ** 20); process.exit(3)', 3],
      [
        'process.exit while reads are in flight',
        'for (let i = 0; i < 8; i++) addon.toHostAsync(ones(addon, 2 ** 22)); process.exit(4)',
        4,
      ],
      ['an uncaught exception in the middle of work', 'ones(addon, 9); work(addon, 2); throw new Error("mine")', 1],
      [
        'a rejected read that nobody handles',
        'addon.toHostAsync(call(addon, "expand", ones(addon, 1), [2 ** 40], false))',
        1,
      ],
      ['reads that outlive the script', 'for (let i = 0; i < 4; i++) addon.toHostAsync(ones(addon, 2 ** 20))', 0],
      [
        'process.exit in an exit handler with tensors alive',
        'process.on("exit", () => { work(addon, 1); process.exit(5); }); ones(addon, 9)',
        5,
      ],
    ])('%s', (_, body, expected) => {
      const { status, signal } = run(`const addon = load(); ${body}`);
      expect({ status, signal }).toEqual({ status: expected, signal: null });
    });

    it('an interrupt in the middle of work', () => {
      const { signal } = run(`
        const addon = load();
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), 20_000).unref();
        require('node:child_process').spawn('sh', ['-c', 'sleep 0.2; kill -TERM ' + process.pid]);
        work(addon);
      `);
      expect(signal).toBe('SIGTERM');
    });
  });

  describe('SANDWICH_CPU_CAPABILITY', () => {
    const kernels = `
      const addon = load();
      const kernel = (name, ...args) => addon.callOperator(addon.findOperator('sandwich::' + name, ''), ...args);
      /** The same numbers of all magnitudes in every process. */
      const numbers = (seed, ...shape) => {
        const values = new Float32Array(shape.reduce((a, b) => a * b));
        let state = seed;
        for (let i = 0; i < values.length; i++) {
          state = (Math.imul(state, 1664525) + 1013904223) | 0;
          values[i] = (state / 2 ** 31) * 2 ** (i % 9);
        }
        return addon.fromHost(values, shape);
      };
      const squares = call(addon, 'square', numbers(4, 1001));
      const made = [
        ...kernel(
          'adam',
          [numbers(1, 1001), numbers(2, 7, 5)],
          [numbers(3, 1001), numbers(8, 7, 5)],
          [squares, call(addon, 'square', numbers(9, 7, 5))],
          0.9,
          0.999,
          addon.fromHost(Float32Array.of(0.01, 0.02), [2]),
          addon.fromHost(Float32Array.of(1e-8, 2e-8), [2]),
        ),
        ...kernel('bias_relu_backward', numbers(5, 7, 31, 13), numbers(6, 7, 31, 13)),
        kernel('double_bilinear_backward', numbers(7, 1, 22, 18, 19)),
      ];
      const hash = require('node:crypto').createHash('sha256');
      for (const handle of made) hash.update(addon.toHost(handle));
      console.log(addon.cpuCapability(), hash.digest('hex'));
    `;
    const known = ['default', 'avx2', 'avx512'];
    const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
    const best = /\bavx512f\b/.test(flags) ? 2 : /\bavx2\b/.test(flags) ? 1 : 0;

    it('limits what the loops are compiled for, which gives the same bits', { timeout: 300_000 }, () => {
      const said = [...known, ''].map((limit) => run(kernels, { SANDWICH_CPU_CAPABILITY: limit }).stdout.split(' '));
      expect(said.map(([capability]) => capability)).toEqual([0, 1, 2, 2].map((i) => known[Math.min(i, best)]));
      expect(said[0][1]).toMatch(/^[0-9a-f]{64}$/);
      expect(new Set(said.map(([, bits]) => bits)).size).toBe(1);
    });

    it('is refused when it is none of these', () => {
      const { stdout } = run(
        'try { load().cpuCapability(); } catch (error) { console.log(error.code, error.message); }',
        {
          SANDWICH_CPU_CAPABILITY: 'avx3',
        },
      );
      expect(stdout).toBe('ERR_ARGUMENT SANDWICH_CPU_CAPABILITY must be default, avx2 or avx512, got avx3');
    });
  });

  describe.skipIf(!onnxIsInstalled())('beside other native libraries (needs onnxruntime-node)', () => {
    const sharp = `createRequire(${JSON.stringify(codecs)})('sharp')`;
    const onnx = `createRequire(${JSON.stringify(onnxPackage)})('onnxruntime-node')`;
    // y = x + x on two float32, an ONNX ModelProto of one Add node (ir_version 8, opset 13).
    const model = 'CAg6NQoOCgF4CgF4EgF5IgNBZGQSAWdaDwoBeBIKCggIARIECgIIAmIPCgF5EgoKCAgBEgQKAggCQgIQDQ==';
    const rounds = `
      const addon = load();
      const session = await onnx.InferenceSession.create(Buffer.from('${model}', 'base64'));
    `;
    it.each([
      ['addon, sharp, onnxruntime', `load(); const sharp = ${sharp}; const onnx = ${onnx};`],
      ['onnxruntime, sharp, addon', `const onnx = ${onnx}; const sharp = ${sharp}; load();`],
    ])('%s', (_, order) => {
      const { status, signal, stdout, stderr } = run(`${order} ${rounds}
        const gray = () => sharp({ create: { width: 64, height: 64, channels: 3, background: '#808080' } }).jpeg().toBuffer();
        for (let i = 0; i < 4; i++) {
          const jpeg = gray();
          const sum = work(addon, 2);
          const added = session.run({ x: new onnx.Tensor('float32', Float32Array.of(1, i), [2]) });
          const read = addon.toHostAsync(ones(addon, 3));
          const { y } = await added;
          const { data } = await sharp(await jpeg).raw().toBuffer({ resolveWithObject: true });
          console.log(sum, y.data.join(), (await read).join(), data[0]);
        }
      `);
      expect(stderr).not.toMatch(/error/i);
      expect(stdout.split('\n')).toEqual([0, 1, 2, 3].map((i) => `${PRODUCT} 2,${2 * i} 1,1,1 128`));
      expect({ status, signal }).toEqual({ status: 0, signal: null });
    });
  });
});
