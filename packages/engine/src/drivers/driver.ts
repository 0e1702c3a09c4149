/** What a user may ask of an engine. */
export interface EngineOptions {
  /** `auto` takes the fastest one present: torch, tensorflow, wasm, cpu. */
  engine?: 'auto' | EngineName;
  /** Where tensors live; CUDA needs the torch engine on a libtorch built with it. Default `cpu`. */
  device?: 'cpu' | 'cuda' | `cuda:${number}`;
  /** Threads inside one operation. Default: OMP_NUM_THREADS, else one a core. */
  threads?: number;
  /**
   * Precision of the factors of convolutions and matrix products, whose results are float32 in any case: as they are, or rounded to 10
   * bits (`tf32`, on CUDA only) or to bfloat16, which has 8. What is to be exact is computed in `inFloat32`. Default `fp32`.
   */
  precision?: 'fp32' | 'tf32' | 'bf16';
}

/** The engines, fastest first. */
export type EngineName = 'torch' | 'tensorflow' | 'wasm' | 'cpu';

/** The engine that runs. */
export interface EngineInfo {
  engine: string;
  version: string;
  device: string;
  threads: number;
  precision: string;
}

/** An engine: what makes TFJS compute. */
export interface EngineDriver {
  name: EngineName;
  /** Why it cannot be used here and what would change that; null when it can. */
  unavailable(): string | null;
  /** Makes it TFJS's backend. */
  start(options: EngineOptions): Promise<EngineInfo>;
}

/** Refuses what only the torch engine can do. */
export function requirePlainOptions(engine: EngineName, { device = 'cpu', precision = 'fp32' }: EngineOptions): void {
  if (device !== 'cpu' || precision !== 'fp32') {
    throw new Error(
      `startEngine: the ${engine} engine has device 'cpu' and precision 'fp32' only, asked for '${device}' and '${precision}'; use the torch engine`,
    );
  }
}
