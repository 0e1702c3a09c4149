/** A step cannot be recorded, or what was recorded no longer fits. */
export class RecordingError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'RecordingError';
  }
}

/** The addon's refusal among the causes of an error. */
function refusalIn(error: unknown): Error | undefined {
  for (let e = error; e instanceof Error; e = e.cause)
    if ((e as Error & { code?: string }).code === 'ERR_RECORDING') return e;
  return undefined;
}

/** Runs `body`; what the addon refuses to record becomes a RecordingError. */
export function refusing<Result>(body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    const refusal = refusalIn(error);
    throw refusal ? new RecordingError(`recordStep: ${(error as Error).message}`, error) : error;
  }
}
