/** Numbers of one moment. */
export interface MetricRecord {
  values: Readonly<Record<string, number>>;
  step: number;
  /** Milliseconds since 1970. */
  timestamp: number;
}

/** A file that belongs to a run. */
export interface RunFile {
  path: string;
  data: Uint8Array;
  /** How often the server failed to take it. */
  failures: number;
}

/** Half a day of a quick training, some 20 MB. */
const MOST_RECORDS = 10_000;
const MOST_BYTES = 32 * 2 ** 20;
/** Metrics of one request: a limit of the API. */
const MOST_METRICS = 1000;

/**
 * What waits to be sent, bounded: of too many records every other one is dropped, of too many files the oldest.
 */
export class Backlog {
  #records: MetricRecord[] = [];
  #files: RunFile[] = [];
  /** What was dropped so far. */
  readonly dropped = { records: 0, pictures: 0 };

  /** What waits. */
  get waiting(): { records: number; pictures: number } {
    return { records: this.#records.length, pictures: this.#files.length };
  }

  /** What waits or was dropped. */
  get lost(): { records: number; pictures: number } {
    const { waiting, dropped } = this;
    return { records: waiting.records + dropped.records, pictures: waiting.pictures + dropped.pictures };
  }

  addRecord(record: MetricRecord): void {
    this.#records.push(record);
    this.#thin();
  }

  addFile(file: RunFile): void {
    this.#files.push(file);
    this.#forgetOldest();
  }

  /** The oldest records, as many as one request takes. */
  takeRecords(): MetricRecord[] {
    let metrics = 0;
    const end = this.#records.findIndex(({ values }, i) => {
      metrics += Object.keys(values).length;
      return metrics > MOST_METRICS && i > 0;
    });
    return this.#records.splice(0, end < 0 ? this.#records.length : end);
  }

  takeFile(): RunFile | undefined {
    return this.#files.shift();
  }

  /** Takes back what could not be sent. */
  putBack({ records = [], file }: { records?: readonly MetricRecord[]; file?: RunFile }): void {
    this.#records.unshift(...records);
    this.#thin();
    if (file) this.#files.unshift(file);
    this.#forgetOldest();
  }

  #thin(): void {
    if (this.#records.length <= MOST_RECORDS) return;
    const kept = this.#records.filter((_, i) => i % 2 === 0);
    this.dropped.records += this.#records.length - kept.length;
    this.#records = kept;
  }

  #forgetOldest(): void {
    let bytes = this.#files.reduce((sum, { data }) => sum + data.length, 0);
    while (bytes > MOST_BYTES) {
      bytes -= this.#files.shift()!.data.length;
      this.dropped.pictures++;
    }
  }
}
