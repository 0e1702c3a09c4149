// tsx bench/step/start-up.ts: starts the engine, computes one sum and ends.

import { startEngine, tf } from '@sandwich/engine';

await startEngine();
tf.ones([1]).add(1).dataSync();
