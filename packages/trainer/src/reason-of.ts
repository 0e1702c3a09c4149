/** What went wrong, in the words of whatever code threw: some of it throws texts, not errors. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
