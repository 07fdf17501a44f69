/** One instruction, such as `COPY --from=build a /b`. */
export interface Instruction {
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly rest: string;
}

export interface Stage {
  readonly base: string;
  readonly name?: string;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** Arguments before the first stage, with their defaults. */
  readonly args: Readonly<Record<string, string | undefined>>;
  readonly stages: readonly Stage[];
}

/** A file or folder that a stage copies. */
export interface Copy {
  /** The stage or named context that it comes from. Absent: the build's context. */
  readonly from?: string;
  readonly sources: readonly string[];
  readonly target: string;
  readonly owner: string;
}

/** Reads a Dockerfile without here-documents. */
export function readDockerfile(text: string): Dockerfile {
  const lines = text
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const args: Record<string, string | undefined> = {};
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of lines) {
    const instruction = readInstruction(line);
    if (instruction.name === 'FROM') {
      const [base = '', , name] = instruction.rest.split(/\s+/);
      stages.push({ base, ...(name ? { name } : {}), instructions: [] });
    } else if (stages.length === 0) {
      const [name = '', value] = instruction.rest.split('=');
      args[name] = value;
    } else {
      stages.at(-1)?.instructions.push(instruction);
    }
  }
  return { args, stages };
}

function readInstruction(line: string): Instruction {
  const [name = '', ...words] = line.split(/\s+/);
  const flags: Record<string, string> = {};
  while (words[0]?.startsWith('--')) {
    const [flag = '', value = ''] = (words.shift() ?? '').slice(2).split('=');
    flags[flag] = value;
  }
  return { name: name.toUpperCase(), flags, rest: words.join(' ') };
}

/** What a stage copies, in order. */
export function copiesOf({ instructions }: Stage): Copy[] {
  return instructions
    .filter(({ name }) => name === 'COPY')
    .map(({ flags, rest }) => {
      const words = rest.split(/\s+/);
      return {
        ...(flags.from ? { from: flags.from } : {}),
        sources: words.slice(0, -1),
        target: words.at(-1) ?? '',
        owner: flags.chown ?? '0:0',
      };
    });
}

/** The rest of a stage's last instruction of a name. */
export function lastOf({ instructions }: Stage, name: string): string | undefined {
  return instructions.findLast((instruction) => instruction.name === name)?.rest;
}
