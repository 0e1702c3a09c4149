import { useEffect, useRef } from 'preact/hooks';

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('select, textarea, input[type=search]');

/**
 * Calls the action of a key, as `KeyboardEvent.key` names it, wherever the focus is: but not while text is written, a
 * dialog is open, or another modifier than shift is held.
 */
export function useShortcuts(actions: Record<string, () => void>): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || takesText(event.target)) return;
      const action = latest.current[event.key];
      if (action === undefined || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
