import { type MlflowClient, MlflowError } from './client.js';

/** What finds a run on a server, or makes it. */
export interface RunRequest {
  experiment: string;
  /** The name that people see. */
  name: string;
  /** Known to the run directory: a run that is resumed, or a request whose answer was lost, finds its run by this. */
  id: string;
  /** Milliseconds since 1970. */
  startTime: number;
}

/** A run on a server. */
export interface MlflowRun {
  runId: string;
  experimentId: string;
  artifactUri: string;
  /** Parameters that it has already; they cannot change. */
  parameters: Record<string, string>;
}

const TAG = 'sandwich.run';

interface KeyValue {
  key: string;
  value: string;
}

interface RunAnswer {
  info: { run_id: string; artifact_uri?: string };
  data?: { params?: KeyValue[] };
}

const hasCode = (error: unknown, code: string): boolean => error instanceof MlflowError && error.code === code;

async function findExperiment(client: MlflowClient, name: string): Promise<string | undefined> {
  try {
    const { experiment } = await client.call('GET', 'experiments/get-by-name', { experiment_name: name });
    const { experiment_id: id, lifecycle_stage: stage } = experiment as Record<string, string>;
    if (stage === 'deleted') {
      throw new MlflowError(`its experiment '${name}' is deleted; restore it, or name another in the address`);
    }
    return id;
  } catch (error) {
    if (hasCode(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
    throw error;
  }
}

async function experimentId(client: MlflowClient, name: string): Promise<string> {
  const found = await findExperiment(client, name);
  if (found !== undefined) return found;
  try {
    return (await client.call('POST', 'experiments/create', { name })).experiment_id as string;
  } catch (error) {
    // Another run was quicker.
    const made = hasCode(error, 'RESOURCE_ALREADY_EXISTS') ? await findExperiment(client, name) : undefined;
    if (made === undefined) throw error;
    return made;
  }
}

/**
 * Finds the run of an id, or makes it.
 *
 * @throws MlflowError when the server does not do as asked
 */
export async function findOrCreateRun(client: MlflowClient, request: RunRequest): Promise<MlflowRun> {
  const { experiment, name, id, startTime } = request;
  const experiment_id = await experimentId(client, experiment);
  const filter = `tags.\`${TAG}\` = '${id}'`;
  const search = { experiment_ids: [experiment_id], filter, max_results: 1 };
  const { runs = [] } = (await client.call('POST', 'runs/search', search)) as { runs?: RunAnswer[] };
  if (runs.length > 0) {
    await client.call('POST', 'runs/update', { run_id: runs[0].info.run_id, status: 'RUNNING' });
    return describe(runs[0], experiment_id);
  }
  const tags = [{ key: TAG, value: id }];
  const create = { experiment_id, start_time: startTime, run_name: name, tags };
  const { run } = (await client.call('POST', 'runs/create', create)) as { run: RunAnswer };
  return describe(run, experiment_id);
}

function describe(run: RunAnswer | undefined, experimentId: string): MlflowRun {
  if (run?.info?.run_id === undefined) throw new MlflowError('it answers without the id of a run');
  const { run_id: runId, artifact_uri: artifactUri = '' } = run.info;
  const parameters = Object.fromEntries((run.data?.params ?? []).map(({ key, value }) => [key, value]));
  return { runId, experimentId, artifactUri, parameters };
}

/**
 * The address below which files of a run are stored through a server, or undefined where it does not pass them on: files of such a run
 * lie where only clients with access of their own can write.
 */
export function artifactAddress(artifactUri: string, serverUrl: string): string | undefined {
  if (!URL.canParse(artifactUri)) return undefined;
  const { protocol, host, pathname } = new URL(artifactUri);
  if (protocol === 'http:' || protocol === 'https:') return artifactUri.replace(/\/+$/, '');
  if (protocol !== 'mlflow-artifacts:') return undefined;
  const server = host === '' ? serverUrl : serverUrl.replace(new URL(serverUrl).host, host);
  return `${server}/api/2.0/mlflow-artifacts/artifacts${pathname}`.replace(/\/+$/, '');
}
