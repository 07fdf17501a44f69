import type { Assembly, Resource } from '../template';
import type { Access } from '../template/iam/access';
import type { Path } from '../template/network/reach';
import type { Claim, Proof } from './claims';
import { expectedOf, isExpected } from './expected';
import { explain } from './explain';
import { loweredGuards } from './lowered-guards';
import { modelRegions } from './model-regions';
import type { RuntimeParts } from './runtime-parts';
import { servedSkills } from './skills';

/** Width of a line, in characters. */
const WIDTH = 118;
/** How many lowered guards the screen lists. `--json` lists all. */
const LISTED = 8;

/** Names of actions in the matrix. */
const VERBS: { readonly [action: string]: string } = {
  's3:GetObject': 'read',
  's3:PutObject': 'write',
  's3:ListBucket': 'list',
  'dynamodb:GetItem': 'read',
  'dynamodb:Query': 'read',
  'dynamodb:PutItem': 'write',
  'dynamodb:UpdateItem': 'write',
  'dynamodb:DeleteItem': 'delete',
  'secretsmanager:GetSecretValue': 'read',
  'lambda:InvokeFunction': 'invoke',
  'execute-api:Invoke': 'invoke',
  'states:StartExecution': 'start',
  'states:SendTaskSuccess': 'answer',
  'states:StopExecution': 'stop',
  'kms:Sign': 'sign',
  'iam:PassRole': 'pass',
  'ecs:RunTask': 'run',
  'ecs:StopTask': 'stop',
};

type Use = Pick<Access, 'role' | 'action' | 'target'>;

/** The proof on one screen: network paths, the matrix of uses, lowered guards, claims. */
export function proofScreen(assembly: Assembly, proof: Proof): string[] {
  const nothing = withoutRuntime(proof);
  if (nothing !== undefined) return nothing.counterExamples.map((example) => `${verdictOf(nothing)} ${example}`);
  return [
    'Reaches',
    ...reaches(proof),
    ...models(assembly, proof),
    '',
    'May use, with the keys of what it reads and writes (✓ exactly what its part needs)',
    ...matrix(assembly, proof),
    '',
    ...lowered(assembly, proof),
    ...skills(assembly),
    ...claimLines(proof),
  ];
}

/** Where there is no runtime, the other claims hold of nothing: none of them has earned its tick. */
function withoutRuntime({ claims }: Proof): Claim | undefined {
  return claims.find(({ id, counterExamples }) => id === RUNTIME && counterExamples.length > 0);
}

const RUNTIME = 'runtime-is-there';

function claimLines({ claims }: Proof): string[] {
  const brief = claims.filter((claim) => claim.short !== undefined && verdictOf(claim) === PROVEN);
  return [
    ...briefLines(brief.flatMap(({ short }) => short ?? [])).map(
      (line) => `✓ ${line.charAt(0).toUpperCase()}${line.slice(1)}.`,
    ),
    ...claims
      .filter((claim) => !brief.includes(claim))
      .flatMap((claim) => [
        `${verdictOf(claim)} ${claim.claim}`,
        ...claim.counterExamples.map((example) => `    ${example}`),
        ...trustedLines(claim),
      ]),
  ];
}

/** As few lines as a screen's width allows. */
function briefLines(claims: readonly string[]): string[] {
  const lines: string[] = [];
  for (const claim of claims) {
    const last = lines.at(-1);
    const longer = last === undefined ? claim : `${last}, ${claim}`;
    if (last !== undefined && longer.length <= BRIEF_WIDTH) lines[lines.length - 1] = longer;
    else lines.push(claim);
  }
  return lines;
}

/** A screen's 120 characters, without the mark and the full stop. */
const BRIEF_WIDTH = 117;
const PROVEN = '✓';
/** Nothing breaks the claim, but somebody vouched for a part of it. */
const TRUSTED = '~';

function verdictOf({ counterExamples, trusted = [] }: Claim): string {
  if (counterExamples.length > 0) return '✗';
  return trusted.length > 0 ? TRUSTED : PROVEN;
}

function trustedLines({ trusted = [] }: Claim): string[] {
  if (trusted.length === 0) return [];
  return ['    not proven, but acknowledged:', ...trusted.map((each) => `      ${each}`)];
}

function reaches(proof: Proof): string[] {
  const { paths, parts } = proof;
  const endpoints = new Map<Resource, Set<string>>();
  for (const { kind, workload, to } of paths) {
    if (kind === 'endpoint') endpoints.set(workload, (endpoints.get(workload) ?? new Set()).add(to));
  }
  const others = new Set(paths.filter(({ kind }) => kind !== 'endpoint').map((path) => otherPath(proof, path)));
  const groups = new Map<string, string[]>();
  for (const [workload, names] of endpoints) {
    const key = [...names].sort().join(', ');
    groups.set(key, [...(groups.get(key) ?? []), partName(parts, workload)]);
  }
  return [
    ...[...groups].flatMap(([names, who]) => wrapped(`  ✓ ${who.join(', ')} → `, names.split(', '))),
    ...[...others],
  ];
}

/** A path to something else than an endpoint, with what explains it. */
function otherPath({ parts, trusted }: Proof, path: Path): string {
  const vouched = trusted.get(path);
  const why = vouched === undefined ? explain(parts, path) : `not proven, but acknowledged: ${vouched}`;
  const mark = why === undefined ? '✗' : vouched === undefined ? PROVEN : TRUSTED;
  const to = `${path.to}${path.to.includes(path.kind) ? '' : ` (${path.kind})`}`;
  return `  ${mark} ${partName(parts, path.workload)} → ${to}: ${why ?? 'nothing explains it'}`;
}

function matrix(assembly: Assembly, { accesses: all, parts }: Proof): string[] {
  const expected = expectedOf(assembly, parts).filter((use) => !isOpenToAll(parts, use));
  const accesses = all.filter((access) => !isOpenToAll(parts, access));
  const roles = [...new Set(accesses.map(({ role }) => role))];
  const width = Math.min(28, Math.max(...roles.map((role) => roleName(parts, role).length), 0));
  const lines = roles.flatMap((role) => {
    const of = (uses: readonly Use[]): string[] =>
      cells(
        parts,
        uses.filter((use) => use.role === role),
      );
    const found = of(accesses);
    const meant = parts.ofRole(role) === undefined ? found : of([...expected, ...ownUses(accesses, parts)]);
    const wrong = accesses.some((access) => access.role === role && !isExpected(parts, access));
    const name = roleName(parts, role).padEnd(width);
    const own = wrapped(`  ${wrong ? '✗' : '✓'} ${name} `, found);
    return wrong ? [...own, ...wrapped(`    ${'expected:'.padEnd(width)} `, meant)] : own;
  });
  const open = all.length > accesses.length;
  return [
    ...lines,
    ...(open ? [`  ✓ ${'whoever reaches it'.padEnd(width)} web desk page, which asks to sign in`] : []),
  ];
}

/** The page of a web desk answers unsigned requests, so every role of the app may open it. */
function isOpenToAll(parts: RuntimeParts, { action, target }: Use): boolean {
  return parts.placeOf(target) === 'web desk API' && action === 'execute-api:Invoke';
}

/** Uses of the app's own resources by a connector's tools. They are expected, although the runtime doesn't list them. */
function ownUses(accesses: readonly Access[], parts: RuntimeParts): Use[] {
  return accesses.filter((access) => parts.placeOf(access.target) === undefined && isExpected(parts, access));
}

/** `state read+write`, one for each place. The key of a place is left out. */
function cells(parts: RuntimeParts, uses: readonly Use[]): string[] {
  const verbs = new Map<string, Set<string>>();
  for (const use of uses) {
    const place = parts.placeOf(use.target) ?? shortPath(use.target);
    if (use.target.type === 'AWS::KMS::Key' && VERBS[use.action] === undefined && isExpected(parts, use)) continue;
    const verb = VERBS[use.action] ?? use.action;
    verbs.set(place, (verbs.get(place) ?? new Set()).add(verb));
  }
  return [...verbs].map(([place, words]) => `${place} ${[...words].join('+')}`).sort();
}

/** Where a model answers, as the policies allow it. */
function models(assembly: Assembly, { parts }: Proof): string[] {
  return modelRegions(assembly).flatMap(({ role, model, regions }) =>
    wrapped(`  ${roleName(parts, role)} → model ${model}, which may answer in `, regions),
  );
}

function lowered(assembly: Assembly, { checked }: Proof): string[] {
  const guards = loweredGuards(assembly, checked);
  if (guards.length === 0) return [];
  return [
    'Guards lowered',
    ...guards.slice(0, LISTED).map(({ kind, what, path, reason }) => cut(`  ${kind} ${what} at ${path}: ${reason}`)),
    ...(guards.length > LISTED ? [`  … and ${guards.length - LISTED} more: see --json or hardened-agent check`] : []),
    '',
  ];
}

/** What agents are told besides their tasks. A skill adds no right. */
function skills(assembly: Assembly): string[] {
  const served = servedSkills(assembly);
  if (served.length === 0) return [];
  return [
    'Skills that agents may read; they add no right',
    ...served.map(({ name, pin, tools, scripts }) => {
      const of = tools.length === 0 ? 'no tool of its own' : `for ${tools.join(', ')}`;
      const idle = scripts.filter(({ tool }) => tool === undefined).length;
      const run = scripts.length > idle ? `; ${scripts.length - idle} scripts run in the sandbox` : '';
      return cut(`  ${name} (pin ${pin.slice(0, 12)}): ${of}${run}${idle > 0 ? `; ${idle} scripts not run` : ''}`);
    }),
    '',
  ];
}

/** The proof for programs. */
export function proofJson(assembly: Assembly, proof: Proof): object {
  const { claims, accesses, paths, parts, checked } = proof;
  const nothing = withoutRuntime(proof);
  return {
    claims: (nothing === undefined ? claims : [nothing]).map(({ id, claim, counterExamples, trusted = [] }) => ({
      id,
      claim,
      holds: counterExamples.length === 0,
      proven: counterExamples.length === 0 && trusted.length === 0,
      counterExamples,
      trusted,
    })),
    access: accesses.map(({ role, action, target, allowed, grounds }) => ({
      role: role.path,
      part: parts.ofRole(role)?.label,
      action,
      target: target.path,
      place: parts.placeOf(target),
      conditional: allowed === 'depends',
      expected: isExpected(parts, { role, action, target, grounds }),
      by: [...new Set(grounds.map(({ source, sid }) => `${source} ${sid}`))],
    })),
    expected: expectedOf(assembly, parts).map(({ role, action, target }) => ({
      role: role.path,
      action,
      target: target.path,
    })),
    paths: paths.map((path) => ({
      workload: path.workload.path,
      part: parts.ofWorkload(path.workload)?.label,
      kind: path.kind,
      to: path.to,
      via: path.via,
      explained: explain(parts, path),
    })),
    models: modelRegions(assembly).map(({ role, model, regions }) => ({
      role: role.path,
      part: parts.ofRole(role)?.label,
      model,
      regions,
    })),
    lowered: loweredGuards(assembly, checked),
    skills: servedSkills(assembly),
  };
}

/** The name of a workload for people. */
export function partName(parts: RuntimeParts, workload: Resource): string {
  return parts.ofWorkload(workload)?.label ?? shortPath(workload);
}

function roleName(parts: RuntimeParts, role: Resource): string {
  return parts.ofRole(role)?.label ?? shortPath(role);
}

function shortPath({ path }: Resource): string {
  return path.replace(/\/(Resource|Default)$/, '').replace(/\/(Role|Function)$/, '');
}

function cut(line: string): string {
  return line.length <= WIDTH ? line : `${line.slice(0, WIDTH - 1)}…`;
}

/** A head and items after it, wrapped and indented. */
function wrapped(head: string, items: readonly string[]): string[] {
  const lines: string[] = [];
  let line = head;
  const indent = ' '.repeat(Math.min(head.length, 32));
  for (const [i, item] of items.entries()) {
    const piece = `${item}${i < items.length - 1 ? ', ' : ''}`;
    if (line.length + piece.length > WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += piece;
  }
  return [...lines, line.trimEnd()];
}
