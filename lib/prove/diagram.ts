import type { Proof } from './claims';
import { explain } from './explain';
import { partName } from './report';

const ROW = 28;
const LEFT = 20;
const RIGHT = 620;
const BOX = 300;

/** The network paths as a picture: workloads on the left, destinations on the right, unexplained paths in red. */
export function proofDiagram({ paths, parts, claims, trusted }: Proof): string {
  const edges = new Map<string, { from: string; to: string; style: string; title: string }>();
  for (const path of paths) {
    const from = partName(parts, path.workload);
    const to = path.kind === 'endpoint' ? `endpoint: ${path.to}` : path.to;
    const why = trusted.get(path) ?? explain(parts, path);
    const style = why === undefined ? 'bad' : path.kind === 'endpoint' ? 'ok' : 'reason';
    const title = why ?? `nothing explains it: ${path.via.join(', ')}`;
    const key = JSON.stringify([from, to]);
    if (edges.get(key)?.style !== 'bad') edges.set(key, { from, to, style, title });
  }
  const all = [...edges.values()];
  const froms = [...new Set(all.map(({ from }) => from))];
  const tos = [...new Set(all.map(({ to }) => to))].sort();
  const y = (index: number): number => 60 + index * ROW;
  const height = y(Math.max(froms.length, tos.length)) + 20;
  const box = (x: number, label: string, index: number): string =>
    `<rect x="${x}" y="${y(index)}" width="${BOX}" height="${ROW - 6}" rx="4"/>` +
    `<text x="${x + 8}" y="${y(index) + 15}">${escapeXml(shorten(label))}</text>`;
  const line = ({ from, to, style, title }: (typeof all)[number]): string => {
    const [a, b] = [y(froms.indexOf(from)) + 11, y(tos.indexOf(to)) + 11];
    const [x1, x2] = [LEFT + BOX, RIGHT];
    return (
      `<path class="${style}" d="M${x1} ${a} C${x1 + 120} ${a} ${x2 - 120} ${b} ${x2} ${b}">` +
      `<title>${escapeXml(`${from} → ${to}: ${title}`)}</title></path>`
    );
  };
  const broken = claims.filter(({ counterExamples }) => counterExamples.length > 0).length;
  const verdict = broken === 0 ? `all ${claims.length} claims hold` : `${broken} of ${claims.length} claims don't hold`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${RIGHT + BOX + 20} ${height}" font-family="sans-serif" font-size="12">`,
    '<style>rect{fill:#f4f6f8;stroke:#8a949e}path{fill:none;stroke:#6b7680}.reason{stroke:#b26a00;stroke-dasharray:5 3}.bad{stroke:#c00000;stroke-width:3}</style>',
    `<rect x="0" y="0" width="100%" height="100%" style="fill:#fff;stroke:none"/>`,
    `<text x="${LEFT}" y="28" font-size="15">Who reaches what (${verdict})</text>`,
    `<text x="${LEFT}" y="46">grey: endpoint with a policy · dashed: stated reason · red: nothing explains it</text>`,
    ...all.map(line),
    ...froms.map((label, index) => box(LEFT, label, index)),
    ...tos.map((label, index) => box(RIGHT, label, index)),
    '</svg>',
    '',
  ].join('\n');
}

function shorten(label: string): string {
  return label.length <= 44 ? label : `…${label.slice(-43)}`;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
