import { useState } from 'preact/hooks';
import type { Inspection } from '../src/inspection.js';
import { HelpDialog } from './controls/help-dialog.js';
import { Notes } from './controls/notes.js';
import { type Tab, Tabs } from './controls/tabs.js';
import { useShortcuts } from './hooks/use-shortcuts.js';
import { useLink } from './link/link-provider.js';
import { useLinked } from './link/use-linked.js';
import { PicturesView } from './pictures/pictures-view.js';
import { RatesView } from './rates/rates-view.js';
import { RunSelect } from './run/run-select.js';
import { RunView } from './run/run-view.js';
import { TrainingView } from './training/training-view.js';

export function App({ inspection }: { inspection: Inspection }) {
  const { title, measures, runs } = inspection;
  const { link, chooseTab } = useLink();
  const [runId, setRun] = useLinked('run', runs[0].id);
  const [helpOpen, setHelpOpen] = useState(false);
  const run = runs.find(({ id }) => id === runId) ?? runs[0];
  const tabs: Tab[] = [
    { id: 'pictures', label: 'Pictures', view: <PicturesView runs={runs} run={run} measures={measures} /> },
    { id: 'rates', label: 'Rate–distortion', view: <RatesView title={title} runs={runs} /> },
    { id: 'training', label: 'Training', view: <TrainingView title={title} runs={runs} run={run} /> },
    { id: 'run', label: 'Run', view: <RunView {...run} /> },
  ];
  const current = tabs.find(({ id }) => id === link.tab) ?? tabs[0];
  useShortcuts({
    '?': () => setHelpOpen(true),
    r: () => setRun(runs[(runs.indexOf(run) + 1) % runs.length].id),
    ...Object.fromEntries(tabs.map(({ id }, i) => [`${i + 1}`, () => chooseTab(id)])),
  });

  return (
    <>
      <header class="page-header">
        <div class="page-title">
          <h1>{run.title}</h1>
          <p class="path">{run.subtitle}</p>
        </div>
        <RunSelect runs={runs} run={run} onChange={setRun} />
        <Tabs tabs={tabs} current={current.id} onChoose={chooseTab} />
        <button type="button" class="button icon help-button" aria-label="Keyboard" onClick={() => setHelpOpen(true)}>
          ?
        </button>
      </header>
      <main>
        <div id="panel" class="panel" role="tabpanel" aria-labelledby={`tab-${current.id}`}>
          <Notes notes={run.notes} />
          {current.view}
        </div>
      </main>
      <HelpDialog open={helpOpen} onClose={() => setHelpOpen(false)} />
    </>
  );
}
