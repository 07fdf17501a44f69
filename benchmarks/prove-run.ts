import { prove } from '../lib/prove/claims';
import { proofScreen } from '../lib/prove/report';
import { Assembly } from '../lib/template';

/** Runs prove on one assembly and prints time and memory. A separate process, so that other benchmark code doesn't count. */
const [folder = ''] = process.argv.slice(2);
const started = process.cpuUsage();
const assembly = Assembly.load(folder);
const proof = prove(assembly);
const lines = proofScreen(assembly, proof);
const { user, system } = process.cpuUsage(started);
process.stdout.write(
  JSON.stringify({
    seconds: (user + system) / 1e6,
    // In KiB, the runtime and the compiled sources included.
    peakMiB: process.resourceUsage().maxRSS / 1024,
    resources: assembly.resources.length,
    accesses: proof.accesses.length,
    paths: proof.paths.length,
    lines: lines.length,
    broken: proof.claims.filter(({ counterExamples }) => counterExamples.length > 0).map(({ id }) => id),
  }),
);
