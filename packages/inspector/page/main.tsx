import { render } from 'preact';
import type { Inspection } from '../src/inspection.js';
import { App } from './app.js';
import './styles/base.css';
import './styles/controls.css';
import './styles/pictures.css';
import './styles/charts.css';

const inspection: Inspection = JSON.parse(document.getElementById('inspection')!.textContent!);
render(<App inspection={inspection} />, document.getElementById('app')!);
