import { readFileSync } from 'node:fs';
import path from 'node:path';
import { firstTurns } from './agent/first-turn';
import { imageSize } from './agent/image-size';
import { killSwitch } from './agent/kill-switch';
import { sessionPrice } from './agent/session-price';
import { type BenchReport, machine } from './bench-report';

/** What a real agent costs, and whether it starts with its tools: the example agents, with the real bridge and a scripted model. */
export async function agent(): Promise<BenchReport> {
  return {
    bench: 'agent',
    machine: machine(),
    versions: {
      node: process.versions.node,
      'claude sdk': versionIn('claude-agent', '@anthropic-ai/claude-agent-sdk'),
      strands: versionIn('strands-agent', '@strands-agents/sdk'),
    },
    results: [...(await imageSize()), ...sessionPrice()],
    goals: [...(await firstTurns()), await killSwitch()],
  };
}

/** The version that an example pins. */
function versionIn(folder: string, name: string): string {
  const file = path.join(__dirname, '../examples', folder, 'package.json');
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
  return dependencies[name] ?? 'unknown';
}
