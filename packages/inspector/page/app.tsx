import { useEffect, useState } from 'preact/hooks';
import type { Inspection } from '../src/inspection.js';
import { HelpDialog } from './help-dialog.js';
import { Notes } from './notes.js';
import { PicturesView } from './pictures/pictures-view.js';
import { RatesView } from './rates/rates-view.js';
import { RunView } from './run/run-view.js';
import { type Tab, Tabs } from './tabs.js';
import { TrainingView } from './training/training-view.js';
import { useShortcuts } from './use-shortcuts.js';

function tabsOf(inspection: Inspection): Tab[] {
  const { images, measures, results, training } = inspection;
  return [
    { id: 'pictures', label: 'Pictures', view: <PicturesView images={images} measures={measures} /> },
    { id: 'rates', label: 'Rate–distortion', view: <RatesView title={inspection.title} results={results} /> },
    { id: 'training', label: 'Training', view: <TrainingView title={inspection.title} curves={training} /> },
    { id: 'run', label: 'Run', view: <RunView {...inspection} /> },
  ];
}

export function App({ inspection }: { inspection: Inspection }) {
  const tabs = tabsOf(inspection);
  const [chosen, setChosen] = useState(() => location.hash.slice(1));
  const [helpOpen, setHelpOpen] = useState(false);
  const current = tabs.find(({ id }) => id === chosen) ?? tabs[0];
  const choose = (id: string) => {
    setChosen(id);
    history.replaceState(null, '', `#${id}`);
  };
  useEffect(() => {
    const follow = () => setChosen(location.hash.slice(1));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useShortcuts({
    '?': () => setHelpOpen(true),
    ...Object.fromEntries(tabs.map(({ id }, i) => [`${i + 1}`, () => choose(id)])),
  });

  return (
    <>
      <header class="page-header">
        <div class="page-title">
          <h1>{inspection.title}</h1>
          <p class="path">{inspection.subtitle}</p>
        </div>
        <Tabs tabs={tabs} current={current.id} onChoose={choose} />
        <button type="button" class="button icon help-button" aria-label="Keyboard" onClick={() => setHelpOpen(true)}>
          ?
        </button>
      </header>
      <main>
        <div id="panel" class="panel" role="tabpanel" aria-labelledby={`tab-${current.id}`}>
          <Notes notes={inspection.notes} />
          {current.view}
        </div>
      </main>
      <HelpDialog open={helpOpen} onClose={() => setHelpOpen(false)} />
    </>
  );
}
