import { isDeepStrictEqual } from 'node:util';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { type CodecName, codecs } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';

/** What becomes of an image in a file. */
export interface CodedImage {
  /** The decoded image. */
  image: Picture<Uint8Array>;
  /** Length of the file in bytes. */
  size: number;
}

/** A real codec that runs while the caller waits. */
export interface RealCodec {
  /**
   * Codes and decodes images.
   *
   * @param quality on the codec's own scale
   * @throws Error with the codec's text when it fails; when it does not answer within the time limit, and then the codec is
   * started anew for the next call
   */
  code(images: Picture<Uint8Array>[], quality: number): CodedImage[];
  /** Ends its thread. */
  close(): Promise<void>;
  /** What it was made of, as plain JSON; absent or null where JSON cannot hold that. */
  describe?(): NamedCodec | null;
}

/** Options of `startRealCodec`. */
export interface RealCodecOptions {
  /** Passed to the codec's factory. */
  codecOptions?: object;
  /** Seconds that a call may take. Default 60. */
  timeLimit?: number;
}

/** What a real codec is made of. */
export interface NamedCodec extends RealCodecOptions {
  /** Name of a codec of `@sandwich/codecs`, or the URL of a driver as for `startRealCodec`. */
  codec: string | URL;
}

export interface CodecRequest {
  images: Picture<Uint8Array>[];
  quality: number;
}

export interface CodecWorkerData {
  source: string;
  codecOptions?: object;
  port: MessagePort;
  flag: Int32Array;
}

type Answer = { coded?: CodedImage[]; error?: string };

const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './codec-worker-source.mjs' : './codec-worker.js',
  import.meta.url,
);

/** Seconds in which a codec must be loaded. */
const START_LIMIT = 60;

/**
 * Starts a codec in a thread of its own, so that it can be called synchronously: gradient functions cannot wait for promises, and a
 * codec is made of them. The caller sleeps on shared memory until the codec has answered, for as long as `timeLimit` at most.
 *
 * @param source name of a codec of `@sandwich/codecs`, or the file URL of a module whose default export makes a `Codec` of
 * `codecOptions`; it must be one that Node can load
 * @throws RangeError when there is no codec of that name, or `timeLimit` is not a positive number of seconds
 * @throws Error with the text of the factory when that fails, e.g. which package to install
 * @example
 * const codec = await startRealCodec('webp', { codecOptions: { effort: 2 } });
 * const proxy = new EncodeDecodeIntra({ roundingFn: roundings.ste, forward: { codec, quality: 40 } });
 */
export async function startRealCodec(source: CodecName | URL, options: RealCodecOptions = {}): Promise<RealCodec> {
  const thread = codecThread('startRealCodec', { codec: source, ...options });
  try {
    thread.awaitStart();
  } catch (error) {
    await thread.close();
    throw error;
  }
  return thread;
}

/**
 * A codec as `startRealCodec` makes it, whose thread starts at its first call.
 *
 * @param caller name of the public function, for the message
 * @throws RangeError when there is no codec of that name, or `timeLimit` is not a positive number of seconds
 */
export function codecThread(caller: string, { codec, codecOptions, timeLimit = 60 }: NamedCodec): CodecThread {
  if (!(codec instanceof URL) && !Object.hasOwn(codecs, codec) && !URL.canParse(codec)) {
    throw new RangeError(`${caller}: the codec must be ${Object.keys(codecs).join(', ')} or a URL, got ${codec}`);
  }
  if (!(timeLimit > 0 && timeLimit < Infinity)) {
    throw new RangeError(`${caller}: timeLimit must be a positive number of seconds, got ${timeLimit}`);
  }
  return new CodecThread(String(codec), codecOptions, timeLimit);
}

class CodecThread implements RealCodec {
  private readonly source: string;
  private readonly codecOptions?: object;
  private readonly timeLimit: number;
  private flag!: Int32Array;
  private worker?: Worker;
  private port!: MessagePort;
  private started = false;
  private closed = false;

  constructor(source: string, codecOptions: object | undefined, timeLimit: number) {
    this.source = source;
    this.codecOptions = codecOptions;
    this.timeLimit = timeLimit;
  }

  code(images: Picture<Uint8Array>[], quality: number): CodedImage[] {
    if (this.closed) throw new Error(`${this.source}: the codec has been closed`);
    this.awaitStart().postMessage({ images, quality } satisfies CodecRequest);
    return this.answer(this.timeLimit, `coding ${images.length} images at quality ${quality}`).coded!;
  }

  /** Starts the thread if that has not been done, and waits until the codec is loaded. */
  awaitStart(): Worker {
    const worker = this.worker ?? this.start();
    if (this.started) return worker;
    try {
      this.answer(START_LIMIT, 'starting');
    } catch (error) {
      this.stop();
      throw error;
    }
    this.started = true;
    return worker;
  }

  describe(): NamedCodec | null {
    const { source: codec, codecOptions, timeLimit } = this;
    if (!isDeepStrictEqual(codecOptions, codecOptions && JSON.parse(JSON.stringify(codecOptions)))) return null;
    return { codec, ...(codecOptions && { codecOptions }), timeLimit };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.worker?.terminate();
  }

  private start(): Worker {
    const { port1, port2 } = new MessageChannel();
    // A flag of its own, lest a thread that is being ended sets that of the next.
    this.flag = new Int32Array(new SharedArrayBuffer(4));
    const { source, codecOptions, flag } = this;
    const workerData: CodecWorkerData = { source, codecOptions, port: port2, flag };
    const worker = new Worker(workerFile, { workerData, transferList: [port2] });
    worker.unref();
    port1.unref();
    this.worker = worker;
    this.port = port1;
    this.started = false;
    return worker;
  }

  /** The next call starts it anew. */
  private stop(): void {
    this.worker?.terminate();
    this.worker = undefined;
  }

  private answer(limit: number, task: string): Answer {
    if (Atomics.wait(this.flag, 0, 0, 1000 * limit) === 'timed-out') {
      this.stop();
      throw new Error(`${this.source}: no answer within ${limit} s of ${task}; the codec is started anew`);
    }
    Atomics.store(this.flag, 0, 0);
    const { message } = receiveMessageOnPort(this.port) as { message: Answer };
    if (message.error !== undefined) throw new Error(message.error);
    return message;
  }
}
