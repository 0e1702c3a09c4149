/** When training ends, whichever comes first; time and steps of earlier sittings of a resumed run count. */
export interface Budget {
  steps?: number;
  minutes?: number;
}

/** Steps of a training that names neither steps nor minutes. */
export const DEFAULT_STEPS = 10_000;

/** What was asked for, where anything was. */
export const budgetOf = ({ steps, minutes }: Budget, otherwise: Budget = { steps: DEFAULT_STEPS }): Budget =>
  steps === undefined && minutes === undefined ? otherwise : { steps, minutes };

/** A budget in words. */
export const describeBudget = ({ steps, minutes }: Budget): string =>
  [
    ...(steps === undefined ? [] : [`${steps.toLocaleString('en')} steps`]),
    ...(minutes === undefined ? [] : [`${minutes.toLocaleString('en')} minutes`]),
  ].join(' or ');

/** The share of a budget that is spent; 1 or more when it is used up. */
export function spent({ steps, minutes }: Budget, { step, seconds }: { step: number; seconds: number }): number {
  return Math.max(steps === undefined ? 0 : step / steps, minutes === undefined ? 0 : seconds / (60 * minutes));
}
