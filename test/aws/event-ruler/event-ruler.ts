import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { KEPT_DIRECTORY } from '../../emulator/runner/paths';

/** SHA-256 of each jar, by its file name. */
const JARS: Readonly<Record<string, string>> = {
  'event-ruler-2.1.0.jar': '0de916a30048f996f129d05eb3dc6871c89a462f1377c876fd2d34f2e04152fe',
  'fastdoubleparser-2.0.1.jar': '4242e2335299026524d331355a6cd75abdc38c8fed4402f25b5c7ce9d7668cc1',
  'jackson-annotations-2.22.jar': '21ddb598807d3a51a876704eb979d9296e1c6a6f47ab1826ff88c6d6a127a2d0',
  'jackson-core-2.22.2.jar': 'ff167a6317be15895706c26668f45b898efe40ab8780970658210fe1393d52a6',
  'jackson-databind-2.22.2.jar': 'd0da14c12b16b5d54719aa172d83b542ff4abeb8b0fb7db476fde8ceece760ca',
  'jsr305-3.0.2.jar': '766ad2a0783f2687962c8ad74ceecc38a28b9f72a2d085ee438b7813e928d0c7',
};

/** Maven puts the jars here once, 2.7 MB. */
const FOLDER = path.join(KEPT_DIRECTORY, 'event-ruler-2.1.0');

/** What the matcher says about a pattern. */
export interface Judgement {
  /** Why the pattern isn't valid. */
  readonly error?: string;
  /** AWS's measure of how complex a rule is. */
  readonly score?: number;
  /** Whether the rule matches each event. */
  readonly matches?: readonly boolean[];
}

/** The programs that are missing to run the matcher. */
export function missingPrograms(): string[] {
  const needed = existsSync(FOLDER) ? ['java'] : ['java', 'mvn'];
  return needed.filter((program) => spawnSync(program, ['-version'], { stdio: 'ignore' }).error !== undefined);
}

/**
 * Asks EventBridge's own matcher about each pattern, and whether it matches the events.
 *
 * @throws Error when a jar isn't the pinned one
 */
export function judge(questions: readonly { pattern: unknown; events: readonly unknown[] }[]): Judgement[] {
  const input = questions.map((question) => JSON.stringify(question)).join('\n');
  const program = path.join(__dirname, 'Judge.java');
  const output = execFileSync('java', ['-cp', path.join(jars(), '*'), program], {
    input,
    encoding: 'utf8',
    // What the compiler notes is of no interest, and an error holds it.
    stdio: 'pipe',
  });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Judgement);
}

function jars(): string {
  if (!existsSync(FOLDER)) {
    mkdirSync(KEPT_DIRECTORY, { recursive: true });
    const making = mkdtempSync(`${FOLDER}.`);
    try {
      const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${making}`];
      execFileSync('mvn', ['-q', '-f', path.join(__dirname, 'pom.xml'), ...goal], { stdio: 'pipe' });
      check(making);
      // Another test process may have been faster.
      if (!existsSync(FOLDER)) renameSync(making, FOLDER);
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
  }
  check(FOLDER);
  return FOLDER;
}

function check(folder: string): void {
  const found = Object.fromEntries(
    readdirSync(folder).map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(path.join(folder, file)))
        .digest('hex'),
    ]),
  );
  const strange = [...new Set([...Object.keys(found), ...Object.keys(JARS)])].filter(
    (file) => found[file] !== JARS[file],
  );
  if (strange.length > 0) {
    throw new Error(`${folder} doesn't hold the pinned jars: ${strange.join(', ')}; delete the folder and run again`);
  }
}
