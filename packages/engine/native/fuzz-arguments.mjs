// Random arguments for ATen operators: mostly right, so that the kernels themselves are reached, and hostile in places.

/** Numbers from a seed (mulberry32). */
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }
  /** In [0, 1). */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  below(count) {
    return Math.floor(this.next() * count);
  }
  of(list) {
    return list[this.below(list.length)];
  }
  chance(probability) {
    return this.next() < probability;
  }
  list(length, item) {
    return Array.from({ length }, item);
  }
}

/** Splits a schema, `aten::name(Type name=default, ...) -> ...`, into the types and names of its parameters. */
export function parametersOf(signature) {
  const start = signature.indexOf('(') + 1;
  const parameters = [];
  let depth = 0;
  let text = '';
  for (const character of signature.slice(start)) {
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character) && --depth < 0) break;
    if (character === ',' && depth === 0) {
      parameters.push(text);
      text = '';
    } else {
      text += character;
    }
  }
  if (text.trim()) parameters.push(text);
  return parameters
    .map((parameter) => parameter.trim().replace(/\(\w+( -> \*|!)?\)/, ''))
    .filter((parameter) => parameter !== '*')
    .map((parameter) => {
      const [, type, name, fallback] = /^(\S+) (\w+)(=.*)?$/.exec(parameter);
      return { type, name, optional: fallback !== undefined };
    });
}

const DTYPES = {
  float32: 6,
  int32: 3,
  bool: 11,
  int64: 4,
  float64: 7,
  float16: 5,
  bfloat16: 15,
  uint8: 0,
  complex64: 9,
};

const HUGE = [2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 40, 2 ** 53 - 1, -(2 ** 53 - 1), 1e9, 123456789];

/** Makes the arguments of one call; what it takes from `addon` is listed in `handles`, to be released afterwards. */
export class Arguments {
  constructor(addon, random, operator, faultless = false) {
    Object.assign(this, { addon, random, operator, faultless });
    this.handles = [];
    const rank = random.of([0, 1, 1, 2, 2, 3, 4, 4, 4, 5, 6]);
    this.shape = random.list(rank, () => random.of([1, 2, 3, 4, 5, 8]));
    this.dtype = random.of(['float32', 'float32', 'float32', 'float32', 'int32', 'bool']);
  }

  own(handle) {
    this.handles.push(handle);
    return handle;
  }

  apply(operator, ...args) {
    const [name, overload = ''] = operator.split('.');
    return this.own(this.addon.callOperator(this.addon.findOperator(`aten::${name}`, overload), ...args));
  }

  upload(shape, dtype) {
    const { random } = this;
    const count = shape.reduce((a, b) => a * b, 1);
    const special = random.chance(0.2)
      ? [0, -0, Number.NaN, Infinity, -Infinity, 1e38, -1, 2 ** 31, -(2 ** 31)]
      : [0, 1, 2, 3, -1, 0.5];
    const Type = { int32: Int32Array, bool: Uint8Array }[dtype] ?? Float32Array;
    const values = random.chance(0.5)
      ? Type.from({ length: count }, () => random.of(special))
      : Type.from({ length: count }, () => random.next() * 4);
    const handle = this.own(this.addon.fromHost(values, shape));
    return Type === Float32Array && dtype !== 'float32' ? this.apply('to.dtype', handle, DTYPES[dtype]) : handle;
  }

  /** A tensor of a shape, perhaps not contiguous, perhaps with strides of 0. */
  tensorOf(shape, dtype) {
    const { random } = this;
    const style = random.below(10);
    if (style === 0 && shape.length > 1) {
      const order = shape.map((_, axis) => axis).reverse();
      return this.apply(
        'permute',
        this.upload(
          order.map((axis) => shape[axis]),
          dtype,
        ),
        order,
      );
    }
    if (style === 1) {
      return this.apply(
        'expand',
        this.upload(
          shape.map(() => 1),
          dtype,
        ),
        shape,
      );
    }
    if (style === 2 && shape.length > 0) {
      const wider = [...shape];
      wider[0] += 2;
      return this.apply('narrow', this.upload(wider, dtype), 0, 1, shape[0]);
    }
    return this.upload(shape, dtype);
  }

  tensor() {
    const { random } = this;
    const isIndex =
      /index|gather|scatter|embedding|take|bincount|put|one_hot|searchsorted/.test(this.operator) && random.chance(0.4);
    const dtype = isIndex
      ? random.of(['int32', 'int64'])
      : random.chance(0.8)
        ? this.dtype
        : random.of(Object.keys(DTYPES));
    let shape = this.shape;
    const change = random.below(12);
    if (change === 0) shape = shape.map((size) => (random.chance(0.5) ? 1 : size));
    if (change === 1) shape = shape.slice(1);
    if (change === 2) shape = random.list(random.below(6), () => random.below(5));
    if (change === 3) shape = [...shape].reverse();
    if (change === 4) shape = [...shape, 2];
    if (change === 5) shape = shape.map((size) => size + random.below(3));
    if (change === 6) shape = shape.map((size) => (random.chance(0.3) ? 0 : size));
    return this.tensorOf(shape, dtype);
  }

  integer() {
    const { random } = this;
    if (random.chance(0.06) && !this.faultless) return random.of(HUGE);
    return random.of([0, 0, 1, 1, 1, 2, 2, 3, 4, -1, -1, -2, -3, 5, 7, 100]);
  }

  integers() {
    const { random, shape } = this;
    const kind = random.below(8);
    if (kind < 2) return [...shape];
    if (kind === 2) return shape.map((_, axis) => axis).reverse();
    if (kind === 3) return random.list(2 * random.below(shape.length + 1), () => this.integer());
    if (kind < 7) return random.list(random.of([1, 2, 2, 3, 4]), () => this.integer());
    return random.list(random.of([0, 1, 5, 26, 65, 200]), () =>
      random.of(this.faultless ? [1, 1, 0] : [1, 1, 0, 2, ...HUGE.slice(0, 2)]),
    );
  }

  /** Anything, right for some other parameter or for none. */
  hostile() {
    const { addon, random } = this;
    const trap = (effect) => Object.defineProperty([1, 1], 0, { get: effect });
    const released = () => {
      const handle = addon.fromHost(new Float32Array(1), [1]);
      addon.release([handle]);
      return handle;
    };
    return random.of([
      () => undefined,
      () => null,
      () => random.of([Number.NaN, Infinity, -Infinity, -0, 1.5, 1e308, -1e308, 2 ** 52, 2 ** 52 + 5, 2 ** 53]),
      () => random.of(HUGE),
      () => random.of([0n, -1n, 2n ** 63n, 2n ** 64n, -(2n ** 63n), 2n ** 200n]),
      () =>
        random.of(['', 'sum', 'cpu', 'cuda', 'meta', 'cuda:7', 'floor', 'ij,jk->ik', '\0', '\ud800', 'x'.repeat(1e6)]),
      () => random.chance(0.5),
      () => random.of([[], [[]], [[[1]]], [null], [undefined], ['x'], [{}], [true, false], [Number.NaN], new Array(5)]),
      () => new Array(2 ** 32 - 1),
      () => random.list(random.of([65, 3000]), () => random.of([1, 0, -1])),
      () => random.of([{}, { length: 2 }, Symbol('x'), () => 1, new Date(), /x/, new Map(), new Proxy([1, 2], {})]),
      () => random.of([new Float32Array(3), new ArrayBuffer(8), new Uint8Array(new SharedArrayBuffer(4))]),
      () => released(),
      () => [released(), released()],
      () => this.tensor(),
      () => [this.tensor(), this.tensor()],
      () => this.tensor() + random.of([1, 2 ** 24, 0.5, -(2 ** 30)]),
      () =>
        trap(() => {
          throw new RangeError('getter');
        }),
      () => trap(() => this.apply('add.Tensor', this.tensor(), this.tensor())),
      () =>
        trap(() => {
          const handle = this.tensor();
          addon.release([handle]);
          return handle;
        }),
      () => {
        const list = [1];
        list.push(list);
        return list;
      },
    ])();
  }

  /** An argument of a type that a schema names. */
  ofType(type) {
    const { random } = this;
    if (type.endsWith('?')) return random.chance(0.3) ? random.of([null, undefined]) : this.ofType(type.slice(0, -1));
    const list = /^(.*)\[(\d*)\]$/.exec(type);
    if (list) {
      const [, element, length] = list;
      if (element === 'int' || element === 'SymInt') {
        return length && random.chance(0.8) ? random.list(Number(length), () => this.integer()) : this.integers();
      }
      const count = length ? Number(length) : random.below(5);
      return random.list(count, () => this.ofType(element));
    }
    switch (type) {
      case 'Tensor':
        return this.tensor();
      case 'int':
      case 'SymInt':
        return this.integer();
      case 'float':
        return random.of([0, 1, 0.5, -1, 2, 1e-9, 1e38, Number.NaN, Infinity, -0.5]);
      case 'Scalar':
        return random.of([0, 1, -1, 0.5, 2, 3, 1e30, Number.NaN, Infinity, true, 1n, -(2n ** 31n)]);
      case 'bool':
        return random.chance(0.5);
      case 'str':
        return random.of([
          'floor',
          'trunc',
          'constant',
          'reflect',
          'replicate',
          'circular',
          'ij,jk->ik',
          '...a->a',
          'ii',
          'left',
          'ortho',
          'x',
        ]);
      case 'ScalarType':
        return random.chance(0.9)
          ? random.of(Object.values(DTYPES))
          : random.of([-1, 12, 13, 16, 18, 44, 99, 127, 128, 2 ** 31]);
      case 'Layout':
        return random.of([0, 0, 1, 2, 9]);
      case 'MemoryFormat':
        return random.of([0, 1, 2, 3, 4, -1, 99]);
      case 'Device':
        return random.of(['cpu', 'cpu', 'cuda', 'meta', 'cpu:1', 'mkldnn', '']);
      default:
        return null;
    }
  }

  /**
   * Arguments of a call: by the parameters, where they are known, or by an example of a right call; with faults in places.
   */
  make(parameters, example) {
    const { random, faultless } = this;
    const right = example && random.chance(faultless || !parameters ? 1 : 0.6) ? example(this) : null;
    const faults = faultless ? 0 : random.of([0, 0, 0, 1, 1, 2]);
    const args =
      right ?? parameters.map(({ type, optional }) => (optional && random.chance(0.4) ? undefined : this.ofType(type)));
    for (let i = 0; i < faults && args.length > 0; i++) {
      const at = random.below(args.length);
      args[at] = right && parameters && random.chance(0.6) ? this.ofType(parameters[at].type) : this.hostile();
    }
    if (faultless) return args;
    if (random.chance(0.03)) args.push(this.hostile());
    if (random.chance(0.03)) args.pop();
    return args;
  }
}
