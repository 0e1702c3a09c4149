const hex = (identity: Uint8Array): string => Buffer.from(identity).toString('hex');

/** As a network is called in what commands print. */
export const networkName = (identity: Uint8Array): string => `network ${hex(identity)}`;

/** @throws Error when a file is of another network than the one that is to read it */
export function assertNetwork(ofFile: Uint8Array, own: Uint8Array): void {
  if (hex(ofFile) !== hex(own))
    throw new Error(`it was written by the ${networkName(ofFile)}, this one is ${hex(own)}`);
}
