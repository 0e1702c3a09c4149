/** What the page's address says of what is shown: the part behind `#`. Every value is a text. */
export interface Link {
  tab: string;
  values: Readonly<Record<string, string>>;
}

/** The link of an address's hash, such as `#pictures?item=kodim01.png`. Nothing in it makes it fail. */
export function readLink(hash: string): Link {
  const [tab, ...query] = hash.replace(/^#/, '').split('?');
  return { tab, values: Object.fromEntries(new URLSearchParams(query.join('?'))) };
}

/** Characters that a query may hold as they are, and that make it easier to read. */
const readable = (text: string): string =>
  encodeURIComponent(text).replace(/%20/g, '+').replace(/%2F/g, '/').replace(/%2C/g, ',').replace(/%3A/g, ':');

/** The hash of a link, its values in the order of their names. */
export function writeLink({ tab, values }: Link): string {
  const query = Object.keys(values)
    .sort()
    .map((name) => `${readable(name)}=${readable(values[name])}`);
  return `#${tab}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}
