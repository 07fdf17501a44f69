import { evidenceKey, type GateReply, type JsonObject, type SkillManifest } from '../core/contracts';
import { Denied } from '../core/denied';
import { GATE_PROVENANCE } from './built-in-tools';
import type { NamedCall } from './call-record';
import type { GateParts } from './gate-parts';

/** Gives the agent a file of a skill. It is recorded, because it says what the agent read before it acted. */
export async function answerSkill(
  call: NamedCall,
  { manifest, journal, ports }: Pick<GateParts, 'manifest' | 'journal' | 'ports'>,
): Promise<GateReply> {
  const { requestId, session } = call;
  const content = contentOf(manifest.skills ?? [], call.args);
  const key = evidenceKey.result(session.sessionId, `${requestId}-${session.seq}`);
  await ports.evidence.put(key, content);
  await journal.append(
    {
      type: 'outcome',
      sessionId: session.sessionId,
      requestId,
      actor: `task/${call.taskId}`,
      tool: 'get_skill',
      args: { text: call.argumentsText, key: '' },
      outcome: { status: 'succeeded', result: { text: content, key } },
      policyVersion: manifest.policyVersion,
    },
    { first: session.seq },
  );
  return { v: 1, requestId, status: 'succeeded', content, provenance: GATE_PROVENANCE.get_skill };
}

function contentOf(skills: readonly SkillManifest[], args: JsonObject): string {
  const skill = skills.find(({ name }) => name === args.name);
  if (skill === undefined) {
    const names = skills.map(({ name }) => name).join(', ') || 'none';
    throw new Denied('INVALID_ARGUMENTS', { reason: 'There is no skill of that name.', allowed: `Skills: ${names}.` });
  }
  const [main, ...others] = skill.files;
  const paths = others.map(({ path }) => path);
  const file = args.file === undefined ? main : skill.files.find(({ path }) => path === args.file);
  if (file === undefined) throw noSuchFile(skill, String(args.file));
  if (file !== main) return file.text;
  return [file.text.trimEnd(), '', ...notes(skill, paths)].join('\n').trimEnd();
}

function notes({ tools, scripts }: SkillManifest, files: readonly string[]): string[] {
  const run = scripts.flatMap(({ path, tool }) => (tool === undefined ? [] : [`${path} by ${tool}`]));
  const notRun = scripts.filter(({ tool }) => tool === undefined).map(({ path }) => path);
  const lines = [
    ...(files.length === 0 ? [] : [`Further files, by get_skill with file: ${files.join(', ')}`]),
    ...(tools.length === 0 ? [] : [`Tools for it: ${tools.join(', ')}`]),
    ...(run.length === 0 ? [] : [`Scripts that run as tools: ${run.join(', ')}`]),
    ...(notRun.length === 0 ? [] : [`Scripts that don’t run here: ${notRun.join(', ')}`]),
  ];
  return lines.length === 0 ? [] : ['---', ...lines];
}

function noSuchFile({ name, files, scripts }: SkillManifest, asked: string): Denied {
  const script = scripts.find(({ path }) => path === asked);
  const how = script?.tool === undefined ? 'isn’t run here' : `runs as the tool ${script.tool}`;
  return new Denied('INVALID_ARGUMENTS', {
    reason: script ? `That is a script, which ${how} and isn’t shown.` : 'The skill has no file of that path.',
    allowed: `Files of ${name}: ${files.map(({ path }) => path).join(', ')}.`,
  });
}
