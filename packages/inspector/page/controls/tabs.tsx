import type { ComponentChildren } from 'preact';

export interface Tab {
  id: string;
  label: string;
  view: ComponentChildren;
}

interface TabsProps {
  tabs: readonly Tab[];
  current: string;
  onChoose(id: string): void;
}

/** Arrow keys go from tab to tab, as is usual for a tab list. */
export function Tabs({ tabs, current, onChoose }: TabsProps) {
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = tabs.findIndex(({ id }) => id === current);
    const { id } = tabs[(at + step + tabs.length) % tabs.length];
    onChoose(id);
    document.getElementById(`tab-${id}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Views" onKeyDown={move}>
      {tabs.map(({ id, label }) => (
        <button
          type="button"
          key={id}
          id={`tab-${id}`}
          role="tab"
          aria-selected={id === current}
          aria-controls="panel"
          tabIndex={id === current ? 0 : -1}
          onClick={() => onChoose(id)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
