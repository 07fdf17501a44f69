import { isObject } from '../runtime/core/json/is-object';
import { type BenchReport, machine } from './bench-report';
import { quantile } from './gate/quantiles';
import { type ImportSource, importSources, listedSources } from './import/corpus';
import { type JudgedTool, judgeTool, type Verdict } from './import/judge-tool';

const LEAST_SOURCES = 40;
const LEAST_USABLE = 95;
const MOST_LINES = 3;

interface JudgedSource extends ImportSource {
  readonly judged: readonly JudgedTool[];
}

/**
 * What an import makes of the tools of public MCP servers and of the operations of OpenAPI documents: usable as they are, after the
 * transformation, with a person's choice, or refused. A server's lines to edit are the choices that make all of its tools usable, one line
 * each; grants and effects are answered while importing. `--reasons` prints why tools are refused.
 */
export async function importBench(args: string[]): Promise<BenchReport> {
  const started = process.cpuUsage();
  const sources = importSources().map((source): JudgedSource => ({ ...source, judged: source.tools.map(judgeTool) }));
  const used = process.cpuUsage(started);
  const tools = sources.flatMap(({ judged }) => judged);
  if (args.includes('--reasons')) printReasons(sources);
  const many = (verdict: Verdict, of: readonly JudgedTool[] = tools) =>
    of.filter((tool) => tool.verdict === verdict).length;
  const usable = 100 * (1 - many('refused') / tools.length);
  const lines = quantile(
    sources.map(({ judged }) => judged.reduce((sum, tool) => sum + tool.lines, 0)),
    0.5,
  );
  const ofKind = (kind: ImportSource['kind']) =>
    sources.filter((source) => source.kind === kind).flatMap(({ judged }) => judged);
  const verdicts: Verdict[] = ['as is', 'transformed', 'with a choice', 'refused'];
  return {
    bench: 'import',
    machine: machine(),
    versions: { node: process.versions.node },
    results: [
      { name: 'servers and documents on the list', value: listedSources(), unit: '' },
      { name: 'servers and documents recorded', value: sources.length, unit: '' },
      { name: 'tools', value: tools.length, unit: '' },
      ...(['mcp', 'openapi'] as const).flatMap((kind) =>
        verdicts.map((verdict) => ({
          name: `${kind}: ${verdict}`,
          value: many(verdict, ofKind(kind)),
          unit: `of ${ofKind(kind).length}`,
        })),
      ),
      {
        name: 'all arguments kept, without a choice',
        value: tools.filter(keepsAll).length,
        unit: `of ${tools.length}`,
      },
      {
        name: 'tools of MCP servers that give no hint of their effect',
        value: withoutHint(sources),
        unit: `of ${ofKind('mcp').length}`,
      },
      { name: 'lines to edit a server, most', value: Math.max(...sources.map(linesOf)), unit: 'lines' },
      { name: 'processor time a tool', value: (used.user + used.system) / 1000 / tools.length, unit: 'ms' },
    ],
    goals: [
      {
        name: 'sources',
        value: sources.length,
        unit: '',
        goal: `≥ ${LEAST_SOURCES}`,
        holds: sources.length >= LEAST_SOURCES,
      },
      { name: 'tools usable %', value: usable, unit: '%', goal: `≥ ${LEAST_USABLE}`, holds: usable >= LEAST_USABLE },
      {
        name: 'lines to edit a server',
        value: lines,
        unit: 'lines, median',
        goal: `≤ ${MOST_LINES}`,
        holds: lines <= MOST_LINES,
      },
    ],
  };
}

function keepsAll({ verdict, leftOut }: JudgedTool): boolean {
  return leftOut === 0 && (verdict === 'as is' || verdict === 'transformed');
}

function linesOf({ judged }: JudgedSource): number {
  return judged.reduce((sum, tool) => sum + tool.lines, 0);
}

/** A person has to say what these do; until then each counts as destructive. */
function withoutHint(sources: readonly JudgedSource[]): number {
  const listed = sources.filter(({ kind }) => kind === 'mcp').flatMap(({ tools }) => tools);
  return listed.filter(
    ({ annotations }) => !isObject(annotations) || !Object.keys(annotations).some((key) => key.endsWith('Hint')),
  ).length;
}

function printReasons(sources: readonly JudgedSource[]): void {
  for (const { name, tools, judged } of sources) {
    for (const [index, { verdict, reasons }] of judged.entries()) {
      if (verdict !== 'refused') continue;
      process.stderr.write(`${name} ${tools[index]?.name}: ${reasons.join(' | ').slice(0, 400)}\n`);
    }
  }
}
