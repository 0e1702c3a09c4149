import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';

/** Larger than any height or width: up to the end. */
const END = 2 ** 31 - 1;

/** The convolutions of every encoder or every decoder block, from paths of weights such as `encoder0/conv1/kernel`. */
function blocksOf(paths: readonly string[], side: 'encoder' | 'decoder'): string[][] {
  const blocks: string[][] = [];
  for (const path of paths) {
    const match = /^(encoder|decoder)(\d+)\/conv\d+(?=\/kernel$)/.exec(path);
    if (match?.[1] !== side) continue;
    blocks[Number(match[2])] ??= [];
    blocks[Number(match[2])].push(match[0]);
  }
  return blocks;
}

/**
 * Adds what `UNet.apply` computes.
 *
 * @param x [N,C,H,W]
 * @param paths those of the network's weights, which tell its structure: there are as many skips as encoder blocks.
 * @param convolve Adds the convolution, bias included, whose weights have this path.
 */
export function addUNet(
  graph: OnnxGraph,
  x: OnnxValue,
  paths: readonly string[],
  convolve: (h: OnnxValue, path: string) => OnnxValue,
): OnnxValue {
  const applyBlock = (input: OnnxValue, block: string[]) =>
    block.reduce((h, path) => graph.node('Relu', [convolve(h, path)]), input);
  const encoder = blocksOf(paths, 'encoder');
  const decoder = blocksOf(paths, 'decoder');
  const skips: OnnxValue[] = [];
  let h = x;
  for (const block of encoder) {
    h = applyBlock(h, block);
    skips.push(h);
    h = addOddSamples(graph, h);
  }
  const firstJoin = decoder.length - 1 - encoder.length;
  for (const [i, block] of decoder.entries()) {
    h = applyBlock(h, block);
    const skip = i < firstJoin ? undefined : skips.pop();
    if (skip) h = graph.node('Concat', [addUpsampling(graph, h), skip], { axis: 1 });
  }
  return convolve(h, 'output');
}

/** x[:, :, 1::2, 1::2]. */
function addOddSamples(graph: OnnxGraph, x: OnnxValue): OnnxValue {
  const [starts, ends, axes, steps] = [
    [1, 1],
    [END, END],
    [2, 3],
    [2, 2],
  ].map((values) => graph.constant(values, [2], 'int64'));
  return graph.node('Slice', [x, starts, ends, axes, steps]);
}

/** Twice the height and width, bilinear, half-pixel centres. */
function addUpsampling(graph: OnnxGraph, x: OnnxValue): OnnxValue {
  return graph.node('Resize', [x, null, graph.constant([1, 1, 2, 2], [4])], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  });
}
