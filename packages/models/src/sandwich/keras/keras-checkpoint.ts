import { decodeObjectGraph, type ObjectGraph } from './checkpoint-messages.js';
import type { KerasWeight, KerasWeights } from './keras-weights.js';
import { TensorBundle } from './tensor-bundle.js';

const OBJECT_GRAPH = '_CHECKPOINTABLE_OBJECT_GRAPH';
const VALUE = 'VARIABLE_VALUE';

/**
 * Reads the model of a TensorFlow checkpoint as `tf.train.Checkpoint(model=model)`, `model.save_weights` and `model.save` write
 * them. As TensorFlow does, it finds weights by the graph of objects that is stored beside them: keys depend on how else
 * an object can be reached.
 *
 * @param prefix that of the checkpoint's files, without `.index`.
 * @throws Error naming the file that is missing, damaged or of another kind.
 */
export async function readKerasCheckpoint(prefix: string): Promise<KerasWeights> {
  const bundle = await TensorBundle.open(prefix);
  const { nodes } = decodeObjectGraph(bundle.text(OBJECT_GRAPH));
  const childOf = (node: number, name: string): number | undefined =>
    nodes[node]?.children.find(({ local_name }) => local_name === name)?.node_id;
  const root = childOf(0, 'model') ?? 0;

  const weights = new Map<number, KerasWeight>();
  for (const [node, path] of pathsFrom(nodes, root)) {
    const key = nodes[node].attributes.find(({ name }) => name === VALUE)?.checkpoint_key;
    if (key !== undefined) weights.set(node, { name: path, read: () => bundle.floats(key) });
  }
  return {
    all: [...weights.values()],
    find(path) {
      let node: number | undefined = root;
      for (const name of path.split('/')) node = node === undefined ? undefined : childOf(node, name);
      return node === undefined ? undefined : weights.get(node);
    },
  };
}

/** The objects below one, each by its shortest path. */
function pathsFrom(nodes: ObjectGraph['nodes'], root: number): Map<number, string> {
  const paths = new Map([[root, '']]);
  for (const [node, path] of paths) {
    for (const { node_id, local_name } of nodes[node]?.children ?? []) {
      if (!paths.has(node_id) && nodes[node_id]) paths.set(node_id, path === '' ? local_name : `${path}/${local_name}`);
    }
  }
  return paths;
}
