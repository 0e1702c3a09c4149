/** Whether source maps were in use before they were paused. */
export const wereEnabled = process.sourceMapsEnabled ?? false;
