import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface KeyValue {
  key: string;
  value: string;
}

interface Metric {
  key: string;
  value: number | string;
  timestamp: number;
  step: number;
}

/** A run as the server knows it. */
export interface StoredRun {
  run_id: string;
  experiment: string;
  name: string;
  status: string;
  start_time: number;
  end_time?: number;
  params: Record<string, string>;
  tags: Record<string, string>;
  metrics: Metric[];
}

/** What the server does in place of answering a request. */
export type Mishap = 'hang' | 'lose the answer' | { status: number; body: string; headers?: Record<string, string> };

class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

const invalid = (message: string) => new Refusal('INVALID_PARAMETER_VALUE', message);
const missing = (message: string) => new Refusal('RESOURCE_DOES_NOT_EXIST', message, 404);

const NAMES = /^[/\p{L}\p{N}_.\- :]*$/u;

function checkKey(key: unknown): void {
  if (typeof key !== 'string' || key === '') throw invalid("Missing value for required parameter 'key'");
  if (key.length > 250) throw invalid(`'${key}' exceeds the maximum length of 250 characters`);
  if (!NAMES.test(key)) throw invalid(`Invalid value "${key}": Names may only contain alphanumerics, …`);
  if (key.split('/').some((part) => ['', '.', '..'].includes(part))) {
    throw invalid(`Invalid value "${key}": Names must not resolve to other names when treated as files`);
  }
}

/**
 * A server with those parts of MLflow's REST API that runs are logged through, and its checks: required fields, limits of a batch,
 * characters of names, parameters that cannot change. What they are was seen with MLflow 3.17.2; values have the shorter limit of older versions.
 */
export class MlflowServer {
  readonly runs: StoredRun[] = [];
  readonly files = new Map<string, Buffer>();
  /** Method and path of all requests, in order. */
  readonly requests: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** Where runs keep their files. */
  artifactRoot = 'mlflow-artifacts:/files';
  /** The most requests that were open at a time. */
  mostOpen = 0;
  /** Called for each request: what goes wrong with it. */
  mishap: (request: string, count: number) => Mishap | undefined = () => undefined;
  readonly #experiments = new Map<string, { name: string; lifecycle_stage: string }>();
  #server: Server | undefined;
  #port = 0;
  #open = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The only run. */
  get run(): StoredRun {
    if (this.runs.length !== 1) throw new Error(`there are ${this.runs.length} runs`);
    return this.runs[0];
  }

  /** Steps of a metric of the only run, in the order of their arrival. */
  steps(key: string): number[] {
    return this.run.metrics.filter((metric) => metric.key === key).map(({ step }) => step);
  }

  /** Marks an experiment as deleted. */
  deleteExperiment(name: string): void {
    for (const experiment of this.#experiments.values()) {
      if (experiment.name === name) experiment.lifecycle_stage = 'deleted';
    }
  }

  /** Begins to listen, each time at the same port. */
  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => this.#server!.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Breaks all connections off. */
  async stop(): Promise<void> {
    const stopped = new Promise((resolve) => this.#server!.close(resolve));
    this.#server!.closeAllConnections();
    await stopped;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const name = `${request.method} ${pathname}`;
    this.requests.push(name);
    this.headers.push(request.headers);
    this.mostOpen = Math.max(this.mostOpen, ++this.#open);
    response.on('close', () => this.#open--);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const mishap = this.mishap(name, this.requests.length);
    if (mishap === 'hang') return;
    if (mishap === 'lose the answer') {
      this.#answer(name, searchParams, body);
      response.destroy();
      return;
    }
    if (mishap) {
      response.writeHead(mishap.status, mishap.headers).end(mishap.body);
      return;
    }
    try {
      const answer = this.#answer(name, searchParams, body);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      const { code, message, status } = error as Refusal;
      response.writeHead(status ?? 500).end(code ? JSON.stringify({ error_code: code, message }) : `${error}`);
    }
  }

  #answer(name: string, query: URLSearchParams, body: Buffer): unknown {
    const file = /^PUT \/api\/2\.0\/mlflow-artifacts\/artifacts\/(.+)$/.exec(name)?.[1];
    if (file !== undefined) {
      this.files.set(file, body);
      return {};
    }
    const [, method, call] = /^(\w+) \/api\/2\.0\/mlflow\/(.*)$/.exec(name) ?? [];
    const asked = method === 'POST' ? JSON.parse(body.toString()) : Object.fromEntries(query);
    switch (`${method} ${call}`) {
      case 'GET experiments/get-by-name':
        return this.#getExperiment(asked);
      case 'POST experiments/create':
        return this.#createExperiment(asked);
      case 'POST runs/search':
        return this.#search(asked);
      case 'POST runs/create':
        return this.#create(asked);
      case 'POST runs/update':
        return this.#update(asked);
      case 'POST runs/log-batch':
        return this.#logBatch(asked);
      default:
        throw new Refusal('ENDPOINT_NOT_FOUND', `no ${name}`, 404);
    }
  }

  #getExperiment({ experiment_name }: { experiment_name: string }): unknown {
    for (const [experiment_id, { name, lifecycle_stage }] of this.#experiments) {
      if (name === experiment_name) return { experiment: { experiment_id, name, lifecycle_stage } };
    }
    throw missing(`Could not find experiment with name '${experiment_name}'`);
  }

  #createExperiment({ name }: { name: string }): unknown {
    if (!name) throw invalid("Missing value for required parameter 'name'");
    if ([...this.#experiments.values()].some((experiment) => experiment.name === name)) {
      throw new Refusal('RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.`);
    }
    const experiment_id = `${this.#experiments.size + 1}`;
    this.#experiments.set(experiment_id, { name, lifecycle_stage: 'active' });
    return { experiment_id };
  }

  #search({ experiment_ids, filter }: { experiment_ids: string[]; filter: string }): unknown {
    const [, key, value] = /^tags\.`(.+)` = '(.+)'$/.exec(filter)!;
    const found = this.runs.filter(
      ({ experiment, tags }) => experiment_ids.includes(experiment) && tags[key] === value,
    );
    return found.length === 0 ? {} : { runs: found.map((run) => this.#described(run)) };
  }

  #create(asked: { experiment_id: string; run_name: string; start_time: number; tags?: KeyValue[] }): unknown {
    const { experiment_id, run_name, start_time, tags = [] } = asked;
    const experiment = this.#experiments.get(experiment_id);
    if (!experiment) throw missing(`No Experiment with id=${experiment_id} exists`);
    if (experiment.lifecycle_stage !== 'active') throw invalid('The experiment must be in the active state');
    if (!Number.isSafeInteger(start_time)) throw invalid("Invalid value for parameter 'start_time'");
    const run: StoredRun = {
      run_id: `run${this.runs.length + 1}`,
      experiment: experiment_id,
      name: run_name,
      status: 'RUNNING',
      start_time,
      params: {},
      tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
      metrics: [],
    };
    this.runs.push(run);
    return { run: this.#described(run) };
  }

  #described({ run_id, status, params }: StoredRun): unknown {
    const artifact_uri = `${this.artifactRoot}/${run_id}/artifacts`;
    return {
      info: { run_id, status, artifact_uri },
      data: { params: Object.entries(params).map(([key, value]) => ({ key, value })) },
    };
  }

  #find(id: string): StoredRun {
    const run = this.runs.find(({ run_id }) => run_id === id);
    if (!run) throw missing(`Run with id=${id} not found`);
    return run;
  }

  #update({ run_id, status, end_time }: { run_id: string; status: string; end_time?: number }): unknown {
    if (!['RUNNING', 'FINISHED', 'FAILED', 'KILLED'].includes(status)) throw invalid(`no status ${status}`);
    Object.assign(this.#find(run_id), { status, end_time });
    return {};
  }

  #logBatch(asked: { run_id: string; metrics?: Metric[]; params?: KeyValue[]; tags?: KeyValue[] }): unknown {
    const run = this.#find(asked.run_id);
    const { metrics = [], params = [], tags = [] } = asked;
    const most = { metrics: [metrics, 1000], params: [params, 100], tags: [tags, 100] } as const;
    for (const [kind, [list, limit]] of Object.entries(most)) {
      if (list.length > limit) throw invalid(`A batch logging request can contain at most ${limit} ${kind}`);
      for (const { key } of list) checkKey(key);
    }
    for (const { value, timestamp, step } of metrics) {
      const isNumber = typeof value === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(value);
      if (!isNumber) throw invalid("Missing value for required parameter 'value'");
      if (!Number.isSafeInteger(timestamp) || !Number.isSafeInteger(step)) throw invalid('no whole numbers');
    }
    if (new Set(params.map(({ key }) => key)).size < params.length) throw invalid('Duplicate parameter keys');
    for (const { key, value } of params) {
      if (typeof value !== 'string' || value.length > 500) throw invalid(`Param value of ${key} is too long`);
      if ((run.params[key] ?? value) !== value) throw invalid(`Changing param values is not allowed: ${key}`);
    }
    for (const { key, value } of params) run.params[key] = value;
    for (const { key, value } of tags) run.tags[key] = value;
    run.metrics.push(...metrics);
    return {};
  }
}
