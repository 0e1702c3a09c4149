import type { LoggedRun, Outcome } from '../logger.js';
import { type Attributes, attributesOf } from './attributes.js';
import { Backlog, type MetricRecord } from './backlog.js';
import { type MlflowClient, MlflowError } from './client.js';
import { artifactAddress, findOrCreateRun, type MlflowRun } from './run.js';
import { keyOf, metricValue } from './values.js';

/** Options of `Session`. */
export interface SessionOptions {
  client: MlflowClient;
  run: LoggedRun;
  /** The MLflow experiment. */
  experiment: string;
  /** Identifies the run when it is looked up again. */
  id: string;
  /** Milliseconds since 1970. */
  startTime: number;
  /** Tells people something, once for each kind. */
  say(kind: string, text: string): void;
}

interface End {
  status: string;
  /** Milliseconds since 1970. */
  end_time: number;
  isSent: boolean;
}

const STATUS: Record<Outcome, string> = { finished: 'FINISHED', failed: 'FAILED', interrupted: 'KILLED' };

/** How often a file is sent to a server that answers, and does not take it. */
const FILE_ATTEMPTS = 3;

const isRefusal = (error: unknown): error is MlflowError => error instanceof MlflowError && error.isRefusal;

const metricsOf = ({ values, step, timestamp }: MetricRecord) =>
  Object.entries(values).map(([key, value]) => ({ key: keyOf(key), value: metricValue(value), timestamp, step }));

/** All that a server has to be told of a run, in its order: that it is there, its configuration, its records, its end, and its pictures. */
export class Session {
  readonly backlog = new Backlog();
  #run: MlflowRun | undefined;
  #attributes: Attributes[] = [];
  #end: End | undefined;

  constructor(private readonly options: SessionOptions) {}

  /** Notes how the run ended, and when, in milliseconds since 1970. */
  end(outcome: Outcome, time: number): void {
    this.#end = { status: STATUS[outcome], end_time: time, isSent: false };
  }

  /** Whether there will be nothing more to send. */
  get isEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Whether something waits. */
  get hasWork(): boolean {
    return this.undelivered(this.backlog.waiting).length > 0;
  }

  /** Sends what comes next, one request's worth. @throws MlflowError when that has to be repeated */
  async sendNext(): Promise<void> {
    if (!this.#run) this.#run = await this.#begin();
    const { records, pictures } = this.backlog.waiting;
    if (this.#attributes.length > 0) await this.#sendAttributes(this.#run);
    else if (records > 0) await this.#sendRecords(this.#run);
    else if (this.#end?.isSent === false) await this.#sendEnd(this.#run, this.#end);
    else if (pictures > 0) await this.#sendFile(this.#run);
  }

  /** Names what the server does not have: by default all that is waiting, was dropped or was refused. */
  undelivered({ records, pictures } = this.backlog.lost): string[] {
    return [
      !this.#run || this.#attributes.length > 0 ? 'the configuration' : '',
      records > 0 ? `${records} ${records === 1 ? 'record' : 'records'}` : '',
      this.#end?.isSent === false ? 'the end of the run' : '',
      pictures > 0 ? `${pictures} ${pictures === 1 ? 'picture' : 'pictures'}` : '',
    ].filter((part) => part !== '');
  }

  async #begin(): Promise<MlflowRun> {
    const { client, run, experiment, id, startTime, say } = this.options;
    const found = await findOrCreateRun(client, { experiment, name: run.name, id, startTime });
    this.#attributes = attributesOf(run.configuration, found.parameters);
    say('run', `the run is ${client.url}/#/experiments/${found.experimentId}/runs/${found.runId}`);
    return found;
  }

  async #sendAttributes({ runId }: MlflowRun): Promise<void> {
    await this.#unlessRefused(() => this.#logBatch(runId, this.#attributes[0]));
    this.#attributes.shift();
  }

  async #sendRecords({ runId }: MlflowRun): Promise<void> {
    const records = this.backlog.takeRecords();
    try {
      await this.#unlessRefused(
        () => this.#logBatch(runId, { metrics: records.flatMap(metricsOf) }),
        () => {
          this.backlog.dropped.records += records.length;
        },
      );
    } catch (error) {
      this.backlog.putBack({ records });
      throw error;
    }
  }

  async #sendEnd({ runId: run_id }: MlflowRun, end: End): Promise<void> {
    const { status, end_time } = end;
    await this.#unlessRefused(() => this.options.client.call('POST', 'runs/update', { run_id, status, end_time }));
    end.isSent = true;
  }

  async #sendFile({ artifactUri }: MlflowRun): Promise<void> {
    const { client, say } = this.options;
    const file = this.backlog.takeFile()!;
    const drop = (reason: string) => {
      this.backlog.dropped.pictures++;
      say('pictures', `it takes no pictures: ${reason}`);
    };
    const address = artifactAddress(artifactUri, client.url);
    if (address === undefined) return drop(`it does not pass files on to '${artifactUri}'`);
    try {
      await client.upload(`${address}/${file.path}`, 'image/png', file.data);
    } catch (error) {
      const { status = 0, message } = error as MlflowError;
      if (status >= 500) file.failures++;
      if (isRefusal(error) || file.failures === FILE_ATTEMPTS) return drop(message);
      this.backlog.putBack({ file });
      throw error;
    }
  }

  #logBatch(run_id: string, batch: object): Promise<unknown> {
    return this.options.client.call('POST', 'runs/log-batch', { run_id, ...batch });
  }

  /** Leaves out what the server would refuse each time. */
  async #unlessRefused(send: () => Promise<unknown>, onRefusal?: () => void): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      onRefusal?.();
      this.options.say('refusal', `it refuses a part of the log: ${error.message}`);
    }
  }
}
