/** Every value of a nested configuration with its path, such as `settings.gamma`. */
export function configurationRows(configuration: object, prefix = ''): { key: string; value: string }[] {
  return Object.entries(configuration).flatMap(([name, value]) => {
    const key = `${prefix}${name}`;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? configurationRows(value, `${key}.`)
      : [{ key, value: typeof value === 'string' ? value : (JSON.stringify(value) ?? '') }];
  });
}
