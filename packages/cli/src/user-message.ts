import { reasonOf } from '@sandwich/trainer';

/** The name of a function or a class at the beginning of a message, which a program wants to know and a user does not. */
const FUNCTION_NAME = /^(?:(?:[a-z]+|[A-Z][a-z]+)[A-Z]\w*|Sandwich|Random|adam|train|lpips): /;

/** Why something failed, for the user of a command. */
export const userMessage = (error: unknown): string => reasonOf(error).replace(FUNCTION_NAME, '');
