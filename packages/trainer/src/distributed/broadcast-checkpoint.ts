import { type ProcessGroup, type StoredTensor, tf } from '@sandwich/engine';
import type { Checkpoint } from '../run/checkpoint.js';

/** Memory for what is under way: tensors of about so many values are sent together. */
const CHUNK_VALUES = 2 ** 24;

/** The tensors of a checkpoint, in an order that its names give. */
function tensorsOf({ parameters, state, average, optimizer }: Checkpoint): StoredTensor[] {
  const values = (record: Record<string, StoredTensor>) =>
    Object.keys(record)
      .sort()
      .map((name) => record[name]);
  const slots = Object.keys(optimizer)
    .sort()
    .flatMap((path) => values(optimizer[path].tensors));
  return [...values(parameters), ...values(state), ...values(average), ...slots];
}

const isTensor = (value: unknown): value is StoredTensor =>
  typeof value === 'object' && value !== null && 'shape' in value && 'values' in value;

/** All but the values, which the others fill in. */
const outlineOf = (checkpoint: object): unknown =>
  JSON.parse(JSON.stringify(checkpoint, (_, value) => (isTensor(value) ? { shape: value.shape, values: [] } : value)));

/**
 * Reads a checkpoint in process 0 and hands it to the others, which need no file system in common with it.
 *
 * @param fromFirst of a training group of the same processes
 * @param read called in process 0
 */
export async function broadcastCheckpoint<C extends Checkpoint>(
  processes: ProcessGroup,
  fromFirst: <Result>(body: () => Result | Promise<Result>) => Promise<Result>,
  read: () => Promise<C | undefined>,
): Promise<C | undefined> {
  let own: C | undefined;
  const outline = await fromFirst(async () => {
    own = await read();
    return own && (outlineOf(own) as C);
  });
  if (!outline) return undefined;
  const checkpoint = own ?? outline;
  let chunk: StoredTensor[] = [];
  const send = async () => {
    const tensors = chunk.map(({ shape, values }) =>
      own ? tf.tensor(Float32Array.from(values), shape) : tf.zeros(shape),
    );
    const received = await processes.broadcast(tensors).finally(() => tf.dispose(tensors));
    for (const [i, tensor] of received.entries()) chunk[i].values = tensor.dataSync() as Float32Array;
    tf.dispose(received);
    chunk = [];
  };
  let size = 0;
  for (const tensor of tensorsOf(checkpoint)) {
    chunk.push(tensor);
    size += tf.util.sizeFromShape(tensor.shape);
    if (size < CHUNK_VALUES) continue;
    await send();
    size = 0;
  }
  if (chunk.length > 0) await send();
  return checkpoint;
}
