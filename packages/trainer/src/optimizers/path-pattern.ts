/** Whether a path fits a pattern, in which `*` stands for any text, also with slashes in it. */
export function pathPattern(pattern: string): (path: string) => boolean {
  const parts = pattern.split('*').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 's');
  return (path) => expression.test(path);
}
