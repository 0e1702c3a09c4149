/** An MLflow server, and where on it a run goes. */
export interface MlflowAddress {
  /** Address of the server, without a slash at its end, such as `http://127.0.0.1:5000`. */
  url: string;
  /** The MLflow experiment; default the experiment that is trained. */
  experiment?: string;
}

const EXAMPLE = 'the address of a server, such as http://127.0.0.1:5000 or http://127.0.0.1:5000#experiment';

function experimentOf(hash: string): string | undefined {
  if (hash === '') return undefined;
  try {
    return decodeURIComponent(hash.slice(1));
  } catch (error) {
    throw new Error(`'${hash}' is not encoded as a part of an address is`, { cause: error });
  }
}

/**
 * Reads the address of an MLflow server; what follows a `#` names the MLflow experiment.
 *
 * @param name what it was given to, for errors
 * @throws Error for what is no such address, or holds a password
 */
export function parseMlflowAddress(text: string, name: string): MlflowAddress {
  const refuse = (reason: string, cause?: unknown) => new Error(`${name} ${reason}; got '${text}'`, { cause });
  if (!URL.canParse(text)) throw refuse(`takes ${EXAMPLE}`);
  const { protocol, origin, pathname, search, hash, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') throw refuse(`takes ${EXAMPLE}`);
  if (username !== '' || password !== '') {
    const variables = 'MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN';
    // The address goes into config.json.
    throw new Error(`${name} takes an address without name and password; put these into ${variables}`);
  }
  if (search !== '' || hash.startsWith('#/')) throw refuse(`takes ${EXAMPLE}, not that of a page`);
  return { url: `${origin}${pathname}`.replace(/\/+$/, ''), experiment: experimentOf(hash) };
}
