// Runs a codec in a thread of its own for `startRealCodec`: requests come as messages, the answer is sent before the flag is set that the
// caller waits for.

import { parentPort, workerData } from 'node:worker_threads';
import { type Codec, codecs } from '@sandwich/codecs';
import type { CodecRequest, CodecWorkerData, CodedImage } from './start-real-codec.js';

const { source, codecOptions, port, flag } = workerData as CodecWorkerData;

function answer(message: { coded?: CodedImage[]; error?: string }): void {
  port.postMessage(message);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
}

async function createCodec(): Promise<Codec> {
  if (Object.hasOwn(codecs, source)) return codecs[source as keyof typeof codecs](codecOptions);
  const { default: factory } = await import(source);
  return factory(codecOptions);
}

async function code(codec: Codec, { images, quality }: CodecRequest): Promise<CodedImage[]> {
  return Promise.all(
    images.map(async (image) => {
      const file = await codec.encode(image, quality);
      return { image: await codec.decode(file), size: file.length };
    }),
  );
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

createCodec().then(
  (codec) => {
    parentPort!.on('message', (request: CodecRequest) => {
      code(codec, request).then(
        (coded) => answer({ coded }),
        (error) => answer({ error: describe(error) }),
      );
    });
    answer({});
  },
  (error) => answer({ error: describe(error) }),
);
