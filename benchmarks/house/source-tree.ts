import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { preProcessFile } from 'typescript';

/** What is measured: all that people read to learn how the product works. */
export const PRODUCT = ['benchmarks', 'bin', 'examples', 'lib', 'runtime', 'scripts'] as const;

/** Folders where an import would find a compiled file instead of the source. */
const COMPILED = ['bin', 'lib', 'runtime'] as const;

/** `// Long on purpose: …` among the first lines of a file. */
const REASON = /^\/\/ Long on purpose: \S.*$/;
const REASON_WITHIN_LINES = 5;

export interface SourceFile {
  readonly file: string;
  readonly lines: number;
  /** Why it is long. */
  readonly reason?: string;
}

/** The source of one checkout. */
export class SourceTree {
  /** Of the product, the longest first. */
  readonly files: readonly SourceFile[];

  constructor(readonly root: string) {
    this.files = this.sources(PRODUCT)
      .map((file) => measured(file, readFileSync(path.join(root, file), 'utf8')))
      .sort((a, b) => b.lines - a.lines);
  }

  /** Groups of files that import each other, tests included. Type-only imports count. */
  cycles(): string[][] {
    return connected(new Map(this.sources([...PRODUCT, 'test']).map((file) => [file, this.importsOf(file)])));
  }

  /** Compiled files that are now in the folder of their source. */
  compiledNow(): string[] {
    return globSync(`{${COMPILED.join(',')}}/**/*.{js,d.ts}`, { cwd: this.root })
      .filter((file) => existsSync(path.join(this.root, file.replace(/(\.d\.ts|\.js)$/, '.ts'))))
      .sort();
  }

  /** Compiled files that a build writes beside their source, where jsii's configuration sends them nowhere else. */
  compiledByBuild(): number {
    const { jsii } = this.json('package.json') as { jsii: { tsconfig: string } };
    const { compilerOptions } = this.json(jsii.tsconfig) as { compilerOptions: { outDir?: string } };
    if (path.normalize(compilerOptions.outDir ?? '.') !== '.') return 0;
    const seen = new Set(this.sources(['lib']));
    for (const file of seen) for (const each of this.importsOf(file)) seen.add(each);
    // JavaScript and declarations.
    return 2 * seen.size;
  }

  private sources(folders: readonly string[]): string[] {
    return globSync(
      folders.map((folder) => `${folder}/**/*.{ts,mjs,cjs}`),
      { cwd: this.root },
    )
      .filter((file) => !file.endsWith('.d.ts'))
      .sort();
  }

  private importsOf(file: string): string[] {
    const text = readFileSync(path.join(this.root, file), 'utf8');
    return preProcessFile(text, true, true)
      .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
      .flatMap(({ fileName }) => {
        const target = path.join(path.dirname(file), fileName);
        const found = [target, `${target}.ts`, `${target}/index.ts`].find(
          (each) => /\.(ts|mjs)$/.test(each) && this.has(each),
        );
        return found === undefined ? [] : [found];
      });
  }

  private has(file: string): boolean {
    return existsSync(path.join(this.root, file));
  }

  private json(file: string): unknown {
    return JSON.parse(readFileSync(path.join(this.root, file), 'utf8'));
  }
}

function measured(file: string, text: string): SourceFile {
  const lines = text.split('\n');
  const reason = lines.slice(0, REASON_WITHIN_LINES).find((line) => REASON.test(line));
  return { file, lines: lines.length - (text.endsWith('\n') ? 1 : 0), ...(reason === undefined ? {} : { reason }) };
}

/** Strongly connected parts of more than one file: Tarjan's algorithm. */
function connected(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const open: string[] = [];
  const groups: string[][] = [];
  const visit = (file: string): number => {
    const own = index.size;
    index.set(file, own);
    let lowest = own;
    open.push(file);
    for (const to of edges.get(file) ?? []) {
      if (!index.has(to)) lowest = Math.min(lowest, visit(to));
      else if (open.includes(to)) lowest = Math.min(lowest, index.get(to) ?? own);
    }
    if (lowest === own) {
      const group = open.splice(open.indexOf(file));
      if (group.length > 1) groups.push(group.sort());
    }
    return lowest;
  };
  for (const file of edges.keys()) if (!index.has(file)) visit(file);
  return groups;
}
