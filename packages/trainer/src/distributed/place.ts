import { slurmStep } from './slurm-step.js';

/** Where this process stands among those that train together. */
export interface Place {
  /** 0 to size - 1; 0 keeps the run directory. */
  rank: number;
  size: number;
  /** Host of process 0. */
  host: string;
  port: number;
  /** Among the processes of this machine; it chooses the GPU. */
  localRank: number;
  /** How many processes share this machine, where that is known. */
  localSize?: number;
  /** Whether torchrun keeps the store at the port. */
  storeExists: boolean;
  /** Sets a start after a failure apart from those before it. */
  attempt: string;
}

/** Variables of an environment, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REQUIRED = ['RANK', 'WORLD_SIZE', 'MASTER_ADDR', 'MASTER_PORT'] as const;

function integerOf(environment: Environment, name: string, least: number, most: number): number {
  const text = environment[name] ?? '';
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${name} must be an integer of ${least} to ${most}, got '${text}'`);
}

/** A variable that is set to nothing, as files of docker compose leave those that have no value, is not set. */
const withoutEmpty = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));

/** Whether a launcher has given this process a rank of its own. */
export const hasRank = ({ RANK }: Environment): boolean => RANK !== undefined && RANK !== '';

/**
 * The place that RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT name, as torchrun or a PyTorchJob of Kubernetes set them, with
 * LOCAL_RANK and LOCAL_WORLD_SIZE where they are given; else the one in a Slurm step of several tasks.
 *
 * @returns undefined where neither RANK nor WORLD_SIZE is set, nor is there such a step, or there is one process only
 * @throws Error naming the variable that is missing or wrong
 */
export function placeIn(variables: Environment): Place | undefined {
  const given = withoutEmpty(variables);
  const isGiven = given.RANK !== undefined || given.WORLD_SIZE !== undefined;
  const environment = isGiven ? given : slurmStep(given);
  if (!environment) return undefined;
  if (environment.WORLD_SIZE === '1' && Number(environment.RANK ?? 0) === 0) return undefined;
  const missing = REQUIRED.filter((name) => !environment[name]);
  if (missing.length > 0) {
    const present = REQUIRED.filter((name) => environment[name]);
    throw new Error(
      `several processes train together by ${REQUIRED.join(', ')}; ${present.join(', ')} is set, ${missing.join(', ')} is not`,
    );
  }
  const size = integerOf(environment, 'WORLD_SIZE', 1, 65_536);
  const rank = integerOf(environment, 'RANK', 0, size - 1);
  const has = (name: string) => environment[name] !== undefined;
  return {
    rank,
    size,
    host: environment.MASTER_ADDR!,
    port: integerOf(environment, 'MASTER_PORT', 1, 65_535),
    localRank: has('LOCAL_RANK') ? integerOf(environment, 'LOCAL_RANK', 0, size - 1) : 0,
    localSize: has('LOCAL_WORLD_SIZE') ? integerOf(environment, 'LOCAL_WORLD_SIZE', 1, size) : undefined,
    storeExists: environment.TORCHELASTIC_USE_AGENT_STORE === 'True',
    attempt: environment.TORCHELASTIC_RESTART_COUNT ?? '0',
  };
}
