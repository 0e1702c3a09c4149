/** Waits for what takes over a resource, such as an objective that takes over its system; frees the resource when that fails. */
export const orDispose = <T>(resource: { dispose(): void }, taken: Promise<T>): Promise<T> =>
  taken.catch((error) => {
    resource.dispose();
    throw error;
  });
