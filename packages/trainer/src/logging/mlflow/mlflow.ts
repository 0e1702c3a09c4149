import { encodePng } from '@sandwich/pictures';
import type { LoggedRun, Logger } from '../logger.js';
import { pictureFile } from '../png-files.js';
import type { MlflowAddress } from './address.js';
import { MlflowClient, type MlflowClientOptions } from './client.js';
import { Delivery } from './delivery.js';
import { Session } from './session.js';
import { systemTime } from './time.js';

/** Options of `mlflow`. */
export interface MlflowOptions extends MlflowAddress, Partial<Pick<MlflowClientOptions, 'environment' | 'time'>> {
  /** Identifies the server's run when training is resumed, such as a UUID. */
  id: string;
}

/**
 * Logs a run to an MLflow server over its REST API: configuration, scalars, pictures, and how it ended.
 *
 * All is sent in the background, and again until the server takes it. That never ends a run or makes it wait, except for at most ten
 * seconds at the end; a line says what was not delivered.
 */
export function mlflow(options: MlflowOptions): Required<Logger> {
  const { url, id, environment = process.env, time = systemTime } = options;
  let open: { session: Session; delivery: Delivery } | undefined;

  const begin = (run: LoggedRun, print: (text: string) => void) => {
    const say = (text: string) => print(`MLflow at ${url}: ${text}`);
    const said = new Set<string>();
    const sayOnce = (kind: string, text: string) => {
      if (!said.has(kind)) say(text);
      said.add(kind);
    };
    const client = new MlflowClient({ url, environment, time });
    const experiment = options.experiment ?? run.experiment;
    const session = new Session({ client, run, experiment, id, startTime: time.now(), say: sayOnce });
    open = { session, delivery: new Delivery({ client, session, time, say }) };
  };

  return {
    begin,
    scalars(values, { step }) {
      open?.session.backlog.addRecord({ values, step, timestamp: time.now() });
      open?.delivery.notify();
    },
    async picture(name, picture, step) {
      const data = await encodePng(picture);
      open?.session.backlog.addFile({ path: `images/${pictureFile(name, step)}`, data, failures: 0 });
      open?.delivery.notify();
    },
    close: async (outcome) => open?.delivery.close(outcome),
  };
}
