/**
 * Refuses quantiser steps that files cannot hold, for systems that take whole ones only.
 *
 * @param run what takes them, for the error
 * @throws RangeError naming the first step that is not whole
 */
export function checkWhole(run: string, steps: readonly number[]): void {
  const fraction = steps.find((step) => !Number.isInteger(step));
  if (fraction === undefined) return;
  throw new RangeError(`${run} takes whole quantiser steps, as its files hold them, got ${fraction}`);
}
