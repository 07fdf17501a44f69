import { isStrayName } from '../../../bin/ledger/stray-file';
import { fc } from '../../seed';

test.each([
  '.DS_Store',
  '._000000000001',
  '._.DS_Store',
  '__MACOSX',
  'Icon\r',
  'Thumbs.db',
  'THUMBS.DB',
  'ehthumbs.db',
  'desktop.ini',
  '$RECYCLE.BIN',
  'System Volume Information',
  '.directory',
  '.nfs000000000012abcd',
  'lost+found',
  '@eaDir',
  '000000000001~',
  '.000000000001.swp',
  '#000000000001#',
  '.#000000000001',
  '~$000000000001',
])('%j belongs to an operating system or an editor', (name) => expect(isStrayName(name)).toBe(true));

test.each([
  '000000000001',
  '000000000001.bak',
  '000000000001 (1)',
  '1',
  'DS_Store',
  '.ds',
  '.hidden',
  'x.DS_Store',
  '000000000001.DS_Store',
  'Thumbs.db.000000000001',
  's-1',
])('%j does not: it stays a fault', (name) => expect(isStrayName(name)).toBe(false));

test('no name that a writer may use is stray', () => {
  fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/), (name) => !isStrayName(name)));
});
