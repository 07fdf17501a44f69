import { render } from 'preact';
import { App } from './app';
import { DeskApi } from './desk-api';

const root = document.getElementById('desk');
if (root) render(<App api={new DeskApi(root.dataset.base ?? '')} />, root);
