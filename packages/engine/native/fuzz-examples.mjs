// Right calls of operators whose arguments must fit each other, so that random ones seldom reach the kernel; and
// operators that are tried beside those that the kernels name.

const images = (a, channels = 4) => a.tensorOf([2, channels, 6, 6], 'float32');
const either = (a, ...choices) => a.random.of(choices);

const convolution = (a) => {
  const groups = either(a, 1, 1, 2, 4);
  const transposed = a.random.chance(0.3);
  const [stride, padding, dilation] = [either(a, 1, 2), either(a, 0, 1, 2), either(a, 1, 2)];
  const span = dilation * 2 + 1;
  const size = transposed ? (6 - 1) * stride - 2 * padding + span : Math.floor((6 + 2 * padding - span) / stride) + 1;
  const weight = a.tensorOf(transposed ? [4, 8 / groups, 3, 3] : [8, 4 / groups, 3, 3], 'float32');
  const rest = [[stride, stride], [padding, padding], [dilation, dilation], transposed, [0, 0], groups];
  return { input: images(a), weight, rest, outputShape: [2, 8, size, size] };
};

const pool = (a) =>
  [
    [2, 2],
    [2, 2],
    [0, 0],
  ].map((pair) => (a.random.chance(0.8) ? pair : [a.integer(), a.integer()]));

/** An input, both kernels and the bias of a recurrence with three units. */
const recurrent = (a, gates) => [
  a.tensorOf([2, 4, 5], 'float32'),
  a.tensorOf([5, 3 * gates], 'float32'),
  a.tensorOf([3, 3 * gates], 'float32'),
  either(a, null, a.tensorOf([3 * gates], 'float32')),
];

const states = (a, count) => a.random.list(count, () => a.tensorOf([2, 3], 'float32'));

/** Operator -> arguments, given an `Arguments`. */
export const examples = {
  convolution: (a) => {
    const { input, weight, rest } = convolution(a);
    return [input, weight, either(a, null, a.tensorOf([8], 'float32')), ...rest];
  },
  convolution_backward: (a) => {
    const { input, weight, rest, outputShape } = convolution(a);
    const mask = [a.random.chance(0.7), a.random.chance(0.7), a.random.chance(0.3)];
    return [a.tensorOf(outputShape, 'float32'), input, weight, either(a, null, [8]), ...rest, mask];
  },
  avg_pool2d: (a) => [images(a), ...pool(a), either(a, true, false), true, null],
  avg_pool2d_backward: (a) => [a.tensorOf([2, 4, 3, 3], 'float32'), images(a), ...pool(a), false, true, null],
  max_pool2d_with_indices: (a) => [images(a), ...pool(a), [1, 1], either(a, true, false)],
  max_pool2d_with_indices_backward: (a) => {
    const indices = a.apply('to.dtype', a.tensorOf([2, 4, 3, 3], 'int32'), 4);
    return [a.tensorOf([2, 4, 3, 3], 'float32'), images(a), ...pool(a), [1, 1], false, indices];
  },
  upsample_bilinear2d: (a) => [images(a), [12, 9], either(a, true, false), null, null],
  upsample_bilinear2d_backward: (a) => [a.tensorOf([2, 4, 12, 9], 'float32'), [12, 9], [2, 4, 6, 6], false, null, null],
  upsample_nearest2d: (a) => [images(a), [12, 9], null, null],
  upsample_nearest2d_backward: (a) => [a.tensorOf([2, 4, 12, 9], 'float32'), [12, 9], [2, 4, 6, 6], null, null],
  native_batch_norm: (a) => [
    images(a),
    ...a.random.list(4, () => a.tensorOf([4], 'float32')),
    a.random.chance(0.5),
    0.1,
    1e-5,
  ],
  native_batch_norm_backward: (a) => [
    ...a.random.list(2, () => images(a)),
    ...a.random.list(5, () => a.tensorOf([4], 'float32')),
    a.random.chance(0.5),
    1e-5,
    a.random.list(3, () => a.random.chance(0.7)),
  ],
  native_layer_norm_backward: (a) => [
    ...a.random.list(2, () => a.tensorOf([3, 6], 'float32')),
    [6],
    ...a.random.list(2, () => a.tensorOf([3, 1], 'float32')),
    ...a.random.list(2, () => either(a, null, a.tensorOf([6], 'float32'))),
    a.random.list(3, () => a.random.chance(0.7)),
  ],
  'sandwich::lstm': (a) => [...recurrent(a, 4), ...states(a, 2), either(a, true, false)],
  'sandwich::lstm_backward': (a) => {
    const [x, kernel, weights] = recurrent(a, 4);
    const [sequence, cells, gates] = [3, 3, 12].map((size) => a.tensorOf([2, 4, size], 'float32'));
    const upstream = [either(a, null, a.tensorOf([2, 4, 3], 'float32')), ...states(a, 2)];
    return [...upstream, x, kernel, weights, ...states(a, 2), sequence, cells, gates, either(a, true, false)];
  },
  'sandwich::gru': (a) => [...recurrent(a, 3), ...states(a, 1), either(a, true, false)],
  'sandwich::gru_backward': (a) => {
    const [x, kernel, weights] = recurrent(a, 3);
    const [sequence, gates, resets] = [3, 9, 3].map((size) => a.tensorOf([2, 4, size], 'float32'));
    const upstream = [either(a, null, a.tensorOf([2, 4, 3], 'float32')), ...states(a, 1)];
    return [...upstream, x, kernel, weights, ...states(a, 1), sequence, gates, resets, either(a, true, false)];
  },
  native_layer_norm: (a) => [images(a), [6, 6], a.tensorOf([6, 6], 'float32'), null, 1e-5],
  'sandwich::adam': (a) => {
    const shapes = [[3, 5], [either(a, 0, 1, 40)]];
    const lists = a.random.list(3, () => shapes.map((shape) => a.tensorOf(shape, 'float32')));
    return [...lists, 0.9, 0.999, ...a.random.list(2, () => a.tensorOf([2], 'float32'))];
  },
  'sandwich::bias_relu_backward': (a) => [images(a), images(a)],
  'sandwich::double_bilinear_backward': (a) => [a.tensorOf([2, either(a, 2, 4, 6), either(a, 2, 8), 3], 'float32')],
  addmm: (a) => [a.tensorOf([5], 'float32'), a.tensorOf([3, 4], 'float32'), a.tensorOf([4, 5], 'float32'), 1, 1],
  addcmul: (a) => [images(a), images(a), images(a), 0.5],
  matmul: (a) => [a.tensorOf([2, 3, 4], 'float32'), a.tensorOf([4, 5], 'float32')],
  linear: (a) => [a.tensorOf([2, 4], 'float32'), a.tensorOf([5, 4], 'float32'), a.tensorOf([5], 'float32')],
  prelu: (a) => [images(a), a.tensorOf([4], 'float32')],
  gather: (a) => [a.tensorOf([3, 4], 'float32'), 1, a.tensorOf([3, 2], 'int64')],
  index_select: (a) => [a.tensorOf([3, 4], 'float32'), either(a, 0, 1), a.tensorOf([2], either(a, 'int32', 'int64'))],
  index_add: (a) => [a.tensorOf([3, 4], 'float32'), 0, a.tensorOf([2], 'int64'), a.tensorOf([2, 4], 'float32'), 1],
  index_copy: (a) => [a.tensorOf([3, 4], 'float32'), 0, a.tensorOf([2], 'int64'), a.tensorOf([2, 4], 'float32')],
  index_put: (a) => [a.tensorOf([3, 4], 'float32'), [a.tensorOf([2], 'int64')], a.tensorOf([2, 4], 'float32'), true],
  'index.Tensor': (a) => [
    a.tensorOf([3, 4], 'float32'),
    [a.tensorOf([2], 'int64'), either(a, null, a.tensorOf([2], 'int64'))],
  ],
  scatter_add: (a) => [a.tensorOf([3, 4], 'float32'), 0, a.tensorOf([2, 4], 'int64'), a.tensorOf([2, 4], 'float32')],
  'scatter.src': (a) => [a.tensorOf([3, 4], 'float32'), 0, a.tensorOf([2, 4], 'int64'), a.tensorOf([2, 4], 'float32')],
  embedding: (a) => [a.tensorOf([3, 4], 'float32'), a.tensorOf([2], either(a, 'int32', 'int64')), -1, false, false],
  bincount: (a) => [a.tensorOf([5], 'int64'), either(a, null, a.tensorOf([5], 'float32')), either(a, 0, 3)],
  'searchsorted.Tensor': (a) => [
    a.tensorOf([3, 4], 'float32'),
    a.tensorOf([3, 2], 'float32'),
    false,
    false,
    null,
    either(a, null, a.tensorOf([3, 4], 'int64')),
  ],
  'where.self': (a) => [a.tensorOf([3, 4], 'bool'), a.tensorOf([3, 4], 'float32'), a.tensorOf([4], 'float32')],
  'div.Tensor_mode': (a) => [a.tensorOf([4], 'int32'), a.tensorOf([4], 'int32'), either(a, 'floor', 'trunc')],
  'remainder.Tensor': (a) => [a.tensorOf([4], 'int32'), a.tensorOf([4], 'int32')],
  'pow.Tensor_Tensor': (a) => [a.tensorOf([4], 'int32'), a.tensorOf([4], 'int32')],
  pad: (a) => [images(a), [1, 1, 2, 2], either(a, 'reflect', 'replicate', 'circular', 'constant'), null],
  constant_pad_nd: (a) => [images(a), [1, -1, 2, -2], 0],
  col2im: (a) => [a.tensorOf([2, 16, 9], 'float32'), [6, 6], [2, 2], [1, 1], [0, 0], [2, 2]],
  im2col: (a) => [images(a), [2, 2], [1, 1], [0, 0], [2, 2]],
  grid_sampler: (a) => [images(a), a.tensorOf([2, 5, 5, 2], 'float32'), either(a, 0, 1, 2), either(a, 0, 1, 2), true],
  einsum: (a) => ['bij,bjk->bik', [a.tensorOf([2, 3, 4], 'float32'), a.tensorOf([2, 4, 5], 'float32')], null],
  as_strided: (a) => [a.tensorOf([4, 4], 'float32'), [2, 2], [either(a, 0, 1, 4), 1], either(a, 0, 2, 100)],
  complex: (a) => [a.tensorOf([3], 'float32'), a.tensorOf([3], 'float32')],
  fft_fft: (a) => [a.tensorOf([3, 8], either(a, 'float32', 'complex64')), either(a, null, 4, 16), -1, null],
  split_with_sizes: (a) => [a.tensorOf([6, 2], 'float32'), [1, 2, 3], 0],
};

/** The addon's own functions. */
export const functions = {
  hasOperator: () => ['aten::add', 'Tensor'],
  findOperator: () => ['aten::add', 'Tensor'],
  signatureOf: () => [0],
  callOperator: (a) => [a.random.below(50), a.tensor(), a.tensor()],
  release: (a) => [[a.tensor()]],
  fromHost: (a) => [
    new (either(a, Float32Array, Int32Array, Uint8Array, Float64Array))(6),
    either(a, [2, 3], [6], [2, 2]),
  ],
  toHost: (a) => [a.tensor()],
  toHostAsync: (a) => [a.tensor()],
  shapeOf: (a) => [a.tensor()],
  setDevice: () => ['cpu'],
  hasCuda: () => [],
  setThreads: () => [2],
  getThreads: () => [],
  setPrecision: () => ['fp32'],
  liveTensors: () => [],
  version: () => [],
};

/** Operators that a kernel may come to name. */
export const extras = [
  'adaptive_avg_pool2d',
  'addmv',
  'avg_pool2d',
  'avg_pool2d_backward',
  'avg_pool3d',
  'baddbmm',
  'bmm',
  'cdist',
  'clone',
  'col2im',
  'cross',
  'cumsum',
  'diagonal',
  'dropout',
  'embedding',
  'empty_like',
  'empty_strided',
  'eye',
  'fill_.Scalar',
  'floor_divide',
  'fmod.Tensor',
  'grid_sampler',
  'im2col',
  'index.Tensor',
  'index_put',
  'kthvalue',
  'layer_norm',
  'logsumexp',
  'masked_fill.Scalar',
  'masked_select',
  'max.dim',
  'max_pool2d_with_indices',
  'max_pool2d_with_indices_backward',
  'max_pool3d_with_indices',
  'mm',
  'movedim.int',
  'multinomial',
  'native_batch_norm',
  'native_layer_norm',
  'nonzero',
  'norm.ScalarOpt_dim',
  'normal_functional',
  'one_hot',
  'pixel_shuffle',
  'rand',
  'randn',
  'randperm',
  'reflection_pad2d',
  'repeat',
  'repeat_interleave.self_int',
  'replication_pad2d',
  'roll',
  'scatter.src',
  'scatter_add',
  'select.int',
  'softplus_backward',
  'squeeze.dim',
  'std.dim',
  'sum',
  'tanh_backward',
  'topk',
  'tril',
  'triu',
  'unfold',
  'unique_dim',
  'unsafe_split.Tensor',
  'upsample_bicubic2d',
  'upsample_nearest2d',
  'upsample_nearest2d_backward',
  'var_mean.dim',
  'as_strided',
  'view',
  '__lshift__.Tensor',
  'bitwise_or.Tensor',
  'bitwise_xor.Tensor',
];
