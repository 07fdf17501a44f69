import { prove as derive } from '../../lib/prove/claims';
import { proofDiagram } from '../../lib/prove/diagram';
import { proofJson, proofScreen } from '../../lib/prove/report';
import { defineCommand } from '../command-line/define-command';
import { expectFolderOf, writeGivenFile } from '../command-line/given-file';
import { flag, text } from '../command-line/option';
import { ASSEMBLY } from './assembly-argument';

export const prove = defineCommand({
  description: `Derives from the templates alone what each workload reaches and what each role may use, and compares it
with what is expected. Organization policies are not considered, and neither are endpoint policies for what a role may
use: both can only narrow the result.`,
  argument: ASSEMBLY,
  options: {
    json: flag('print everything as JSON: claims, access and what is expected, paths, lowered guards'),
    diagram: text('FILE.svg', 'draw what each workload reaches into this file'),
  },
  examples: ['hardened-agent prove cdk.out', 'hardened-agent prove cdk.out --diagram reach.svg'],
  exitCodes: { 0: 'every claim holds', 1: 'a claim has a counter-example, or cannot be proven' },
  run: async ({ argument: assembly, options, io }) => {
    if (options.diagram !== undefined) expectFolderOf(options.diagram, '--diagram');
    io.doing(`deriving what ${assembly.resources.length} resources reach and may use`);
    const proof = derive(assembly);
    if (options.diagram !== undefined) writeGivenFile(options.diagram, proofDiagram(proof), '--diagram');
    if (options.json) io.json(proofJson(assembly, proof));
    else for (const line of proofScreen(assembly, proof)) io.out(line);
    return proof.claims.every(({ counterExamples }) => counterExamples.length === 0) ? 0 : 1;
  },
});
