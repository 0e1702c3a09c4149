import { render } from 'preact';
import { unpackInspection } from '../src/shared-sources.js';
import { App } from './app.js';
import { LinkProvider } from './link/link-provider.js';
import './styles/base.css';
import './styles/controls.css';
import './styles/pictures.css';
import './styles/charts.css';

const inspection = unpackInspection(JSON.parse(document.getElementById('inspection')!.textContent!));
render(
  <LinkProvider>
    <App inspection={inspection} />
  </LinkProvider>,
  document.getElementById('app')!,
);
