import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Hole, insecureAgents, secureAgents } from '../../test/corpus/agents';
import { CORPUS_HOLES } from '../../test/corpus/holes';
import { dug } from '../../test/corpus/holes/mutation';
import { quickstartTemplate } from '../../test/lib/prove/quickstart-template';
import type { BenchResult } from '../bench-report';
import { failing } from './agents';
import { judge, namedBeside } from './judge-template';
import { CDK_NAG } from './peers/cdk-nag';
import { cfnLint } from './peers/cfn-lint';
import { checkov } from './peers/checkov';
import type { Peer, PeerFinding, PeerFindings } from './peers/peer';

/** What every checker says of the same files. */
export interface Compared {
  readonly results: readonly BenchResult[];
  readonly versions: Readonly<Record<string, string>>;
}

/** An app's templates: paths below the folder that every checker gets. */
interface Laid {
  readonly files: readonly string[];
  readonly main: string;
}

/** What one checker says. Of all, the same counts. */
interface Score {
  readonly checker: string;
  /** For each insecure agent, whether a failing finding is on a resource of the hole, whatever it says. */
  readonly touched: readonly boolean[];
  /** For each secure agent, how many failing findings there are. */
  readonly alarms: readonly number[];
  /** For each hole of the quickstart, whether a failing finding is there that the clean template doesn't have. */
  readonly named: readonly boolean[];
}

/** One of ten, because checkov and cfn-lint take ten seconds of processor time for a template of the quickstart's size. */
const HOLES_COMPARED = CORPUS_HOLES.filter((_, at) => at % 10 === 0);

/** `check` (for the holes, with `prove`) beside other checkers, on the same files in one run. What can't be installed isn't compared. */
export async function comparePeers(): Promise<Compared> {
  const folder = mkdtempSync(join(tmpdir(), 'hardened-agent-peers-'));
  try {
    const corpus = layCorpus(folder);
    const judged = await Promise.allSettled(
      [cfnLint, checkov, () => CDK_NAG].map(async (make) => {
        const peer = await make();
        return { peer, score: scoreOf(peer.name, corpus, await found(peer, folder, corpus)) };
      }),
    );
    for (const each of judged) {
      if (each.status === 'rejected') process.stderr.write(`not compared: ${String(each.reason).split('\n')[0]}\n`);
    }
    const scores = judged.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    return {
      versions: Object.fromEntries(scores.map(({ peer }) => [peer.name, peer.version])),
      results: [ourScore(corpus), ...scores.map(({ score }) => score)].flatMap(lines),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Corpus {
  readonly insecure: readonly (Laid & { readonly hole: Hole; readonly file: string })[];
  readonly secure: readonly (Laid & { readonly file: string })[];
  readonly clean: Laid;
  readonly holes: readonly Laid[];
}

function layCorpus(folder: string): Corpus {
  const lay = <Agent extends { id: string; file: string }>(agent: Agent, under: string): Agent & Laid => ({
    ...agent,
    ...copied(folder, join(under, agent.id), agent.file),
  });
  const insecure = [...insecureAgents(), ...insecureAgents('kept-apart/insecure')];
  const secure = [...secureAgents(), ...secureAgents('kept-apart/secure')];
  const quickstart = quickstartTemplate();
  return {
    insecure: insecure.map((agent) => lay(agent, 'insecure')),
    secure: secure.map((agent) => lay(agent, 'secure')),
    clean: written(folder, 'clean', [{ name: 'Quickstart.template.json', body: quickstart }]),
    holes: HOLES_COMPARED.map((hole, at) => {
      const { body, others } = dug(quickstart, hole);
      return written(folder, `hole-${at}`, [{ name: 'Quickstart.template.json', body }, ...others]);
    }),
  };
}

/** A template, or a folder with the templates of nested stacks. */
function copied(folder: string, under: string, file: string): Laid {
  const isNested = basename(file).startsWith('template.');
  const names = isNested ? readdirSync(dirname(file)) : [basename(file)];
  mkdirSync(join(folder, under), { recursive: true });
  for (const name of names) cpSync(join(dirname(file), name), join(folder, under, name));
  return { files: names.map((name) => join(under, name)), main: basename(file) };
}

function written(folder: string, under: string, templates: readonly { name: string; body: object }[]): Laid {
  mkdirSync(join(folder, under), { recursive: true });
  for (const { name, body } of templates) writeFileSync(join(folder, under, name), JSON.stringify(body, null, 1));
  return { files: templates.map(({ name }) => join(under, name)), main: templates[0]?.name ?? '' };
}

function found(peer: Peer, folder: string, { insecure, secure, clean, holes }: Corpus): Promise<PeerFindings> {
  return peer.judge(
    folder,
    [...insecure, ...secure, clean, ...holes].flatMap(({ files }) => files),
  );
}

function scoreOf(checker: string, { insecure, secure, clean, holes }: Corpus, findings: PeerFindings): Score {
  const said = ({ files }: Laid) => files.flatMap((file) => findings.get(file) ?? []);
  const before = new Set(said(clean).map(keyOf));
  return {
    checker,
    touched: insecure.map(({ hole, files, main }) =>
      files.some((file) => isTouched(hole, main, basename(file), findings.get(file) ?? [])),
    ),
    alarms: secure.map((agent) => said(agent).length),
    named: holes.map((hole) => said(hole).some((finding) => !before.has(keyOf(finding)))),
  };
}

function ourScore({ insecure, secure }: Corpus): Score {
  const quickstart = quickstartTemplate();
  const before = judge(quickstart);
  return {
    checker: 'check',
    touched: insecure.map(({ hole, file, main }) =>
      failing(file).some(({ template, resource }) => isTouched(hole, main, template, [{ resource }])),
    ),
    alarms: secure.map(({ file }) => failing(file).length),
    named: HOLES_COMPARED.map((hole) => {
      const { body, others } = dug(quickstart, hole);
      return namedBeside(before, judge(body, others)).named.startsWith('by ');
    }),
  };
}

function isTouched(
  hole: Hole,
  main: string,
  template: string,
  findings: readonly Pick<PeerFinding, 'resource'>[],
): boolean {
  return hole.places.some(
    (place) => (place.template ?? main) === template && findings.some(({ resource }) => resource === place.resource),
  );
}

function keyOf({ rule, resource }: PeerFinding): string {
  return `${rule} ${resource}`;
}

function lines({ checker, touched, alarms, named }: Score): BenchResult[] {
  const share = (those: readonly boolean[]) => (100 * those.filter(Boolean).length) / Math.max(1, those.length);
  return [
    {
      name: `${checker}: a finding on the hole's resource`,
      value: share(touched),
      unit: `% of ${touched.length} insecure`,
    },
    {
      name: `${checker}: findings on secure agents`,
      value: alarms.reduce((sum, count) => sum + count, 0),
      unit: `in ${alarms.filter((count) => count > 0).length} of ${alarms.length}`,
    },
    { name: `${checker}: mutations caught %`, value: share(named), unit: `% of ${named.length} holes` },
  ];
}
