import type { Time } from './time.js';

/** Why a request was not answered as it should be. */
export class MlflowError extends Error {
  constructor(
    message: string,
    /** Status of the answer; undefined when there was none. */
    readonly status?: number,
    /** MLflow's own name for the error. */
    readonly code?: string,
    /** Seconds after which the server wants to be asked again. */
    readonly retryAfter = 0,
    cause?: unknown,
  ) {
    super(message, { cause });
  }

  /** Whether the same request would be refused again, however often it is repeated. */
  get isRefusal(): boolean {
    const { status = 0, code } = this;
    if (status === 404) return code === 'RESOURCE_DOES_NOT_EXIST';
    return status >= 400 && status < 500 && ![401, 403, 408, 425, 429].includes(status);
  }
}

/** Options of `MlflowClient`. */
export interface MlflowClientOptions {
  /** Address of the server. */
  url: string;
  /** Holds `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`, or `MLFLOW_TRACKING_TOKEN`, where the server wants them. */
  environment: Readonly<Record<string, string | undefined>>;
  time: Time;
}

interface Ask {
  method: 'GET' | 'POST' | 'PUT';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** Milliseconds of patience with an answer, and of each piece of it. */
const PATIENCE = 20_000;
const PIECE = 500;

function authorizationOf({
  MLFLOW_TRACKING_USERNAME: username,
  MLFLOW_TRACKING_PASSWORD: password,
  MLFLOW_TRACKING_TOKEN: token,
}: MlflowClientOptions['environment']): Record<string, string> {
  if (username && password) {
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  }
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** The first line of a text that may be long, such as a page. */
const shortened = (text: string): string => (text.trim().split('\n')[0] ?? '').slice(0, 200);

/** What is behind a `fetch` that failed. */
function causeOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: Error & { code?: string } };
  return cause?.message || cause?.code || message;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Speaks with the REST API of an MLflow server, one request at a time. */
export class MlflowClient {
  /** The server's. */
  readonly url: string;
  readonly #options: MlflowClientOptions;
  readonly #authorization: Record<string, string>;
  #underWay: AbortController | undefined;
  #stopped = false;

  constructor(options: MlflowClientOptions) {
    this.url = options.url;
    this.#options = options;
    this.#authorization = authorizationOf(options.environment);
  }

  /** Breaks off the request under way, and takes no other. */
  stop(): void {
    this.#stopped = true;
    this.#underWay?.abort(new Error('no answer in time'));
  }

  /** Asks the API, such as `GET experiments/get-by-name`. @throws MlflowError unless it answers with an object */
  async call(method: 'GET' | 'POST', path: string, values: Record<string, unknown>): Promise<Record<string, unknown>> {
    const url = `${this.url}/api/2.0/mlflow/${path}`;
    const text =
      method === 'GET'
        ? await this.#fetch(`${url}?${new URLSearchParams(values as Record<string, string>)}`, { method })
        : await this.#fetch(url, {
            method,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(values),
          });
    const answer = parseObject(text);
    if (!answer) throw new MlflowError(`it answers '${shortened(text)}', which is not what MLflow answers`);
    return answer;
  }

  /** Stores a file. @throws MlflowError unless it is taken */
  async upload(url: string, type: string, body: Uint8Array): Promise<void> {
    await this.#fetch(url, { method: 'PUT', headers: { 'content-type': type }, body });
  }

  async #fetch(url: string, ask: Ask): Promise<string> {
    const controller = new AbortController();
    this.#underWay = controller;
    if (this.#stopped) this.stop();
    const done = new AbortController();
    void this.#losePatience(controller, done.signal);
    try {
      const isOwn = new URL(url).origin === new URL(this.url).origin;
      const headers = { ...ask.headers, ...(isOwn && this.#authorization) };
      const response = await fetch(url, { ...ask, headers, redirect: 'manual', signal: controller.signal });
      const text = await response.text();
      if (!response.ok) throw errorOf(response, text);
      return text;
    } catch (error) {
      if (error instanceof MlflowError) throw error;
      throw new MlflowError(causeOf(error), undefined, undefined, 0, error);
    } finally {
      done.abort();
    }
  }

  /** Waits in short pieces: a step of training may block the event loop for longer than all of them, and the answer be there meanwhile. */
  async #losePatience(request: AbortController, done: AbortSignal): Promise<void> {
    try {
      for (let waited = 0; waited < PATIENCE; waited += PIECE) await this.#options.time.wait(PIECE, { signal: done });
      request.abort(new Error(`no answer within ${PATIENCE / 1000} s`));
    } catch {
      // There was an answer.
    }
  }
}

function errorOf(response: Response, text: string): MlflowError {
  const { status, headers } = response;
  const { error_code: code, message } = parseObject(text) ?? {};
  const location = headers.get('location');
  const said = location ? `it is at ${location}` : shortened(typeof message === 'string' ? message : text);
  const hint =
    status === 401 || status === 403
      ? '; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN'
      : '';
  const retryAfter = Number(headers.get('retry-after') ?? 0);
  return new MlflowError(
    `it answers ${status}${said && `: ${said}`}${hint}`,
    status,
    typeof code === 'string' ? code : undefined,
    Number.isFinite(retryAfter) ? retryAfter : 0,
  );
}
