import { EncodeDecodeIntra } from '@sandwich/codec-proxy';
import { startEngine } from '@sandwich/engine';
import { beforeAll, expect, it } from 'vitest';
import { Sandwich } from '../sandwich.js';
import { networkIdentity } from './network-identity.js';

beforeAll(() => startEngine());

it('stays what it was: files name it', () => {
  const proxy = new EncodeDecodeIntra({ qstepInit: 9.1, convertToYuv: true });
  const model = new Sandwich({ pre: null, post: null, downsampleFactor: 2, proxy });
  // Python: hashlib.sha256(structure as JSON + '\nproxy/qstep []\n' + struct.pack('<f', 9.1)).hexdigest()[:16]
  expect(networkIdentity(model)).toBe('f5d0d6c27e4c056f');
  model.dispose();
});
