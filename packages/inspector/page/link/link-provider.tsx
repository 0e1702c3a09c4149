import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { type Link, readLink, writeLink } from './link.js';

type Values = Link['values'];
/** New values by name; null for those that are what they are without being told. */
export type LinkChanges = Record<string, string | null>;

/** `push` is a step that the back button undoes; `replace` is for what changes continuously. */
export type LinkStep = 'push' | 'replace';

export interface LinkStore {
  link: Link;
  /** Changes values, to be made of what they are by then. */
  change(changes: (before: Values) => LinkChanges, step: LinkStep): void;
  chooseTab(tab: string): void;
}

const LinkContext = createContext<LinkStore | null>(null);

/** Browsers refuse to be told a new address with every move of a pointer. */
const WRITE_AFTER = 200;

/** Keeps what is shown in the page's address, and follows that: by back and forward, and when it is edited. */
export function LinkProvider({ children }: { children: ComponentChildren }) {
  const [link, setLink] = useState(() => readLink(location.hash));
  const latest = useRef(link);
  const pending = useRef<ReturnType<typeof setTimeout> | null>(null);

  const forget = () => {
    if (pending.current !== null) clearTimeout(pending.current);
    pending.current = null;
  };
  const writePending = () => {
    if (pending.current === null) return;
    forget();
    history.replaceState(null, '', writeLink(latest.current));
  };
  const show = (next: Link, step: LinkStep) => {
    const address = writeLink(next);
    if (address === writeLink(latest.current)) return;
    if (step === 'push') {
      writePending();
      history.pushState(null, '', address);
    } else pending.current ??= setTimeout(writePending, WRITE_AFTER);
    latest.current = next;
    setLink(next);
  };
  const change: LinkStore['change'] = (changes, step) => {
    const values = Object.entries({ ...latest.current.values, ...changes(latest.current.values) });
    const kept = values.filter((entry): entry is [string, string] => entry[1] !== null);
    show({ ...latest.current, values: Object.fromEntries(kept) }, step);
  };
  const chooseTab = (tab: string) => show({ ...latest.current, tab }, 'push');

  useEffect(() => {
    const follow = () => {
      forget();
      latest.current = readLink(location.hash);
      setLink(latest.current);
    };
    addEventListener('popstate', follow);
    addEventListener('hashchange', follow);
    addEventListener('pagehide', writePending);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener('hashchange', follow);
      removeEventListener('pagehide', writePending);
    };
  }, []);
  return <LinkContext.Provider value={{ link, change, chooseTab }}>{children}</LinkContext.Provider>;
}

export const useLink = (): LinkStore => useContext(LinkContext)!;
