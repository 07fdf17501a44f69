import type { TaskText } from './task-text';
import type { ValueKind } from './value-kind';

interface Path {
  readonly absolute: boolean;
  readonly segments: readonly string[];
}

/** Paths of files: the same path, or one below a folder that the task names. `..` is refused, a folder above isn't named. */
export const paths: ValueKind = {
  normal(value) {
    const path = pathOf(value);
    return path && `${path.absolute ? '/' : ''}${path.segments.join('/')}`;
  },
  isNamed(value, task) {
    const path = pathOf(value);
    if (!path) return false;
    const covering = named(task).filter(({ of, folder }) => covers(of, folder, path));
    return covering.length > 0 && !covering.some(({ excluded }) => excluded);
  },
};

function covers(named: Path, folder: boolean, path: Path): boolean {
  if (named.absolute !== path.absolute || !named.segments.every((each, index) => each === path.segments[index]))
    return false;
  return named.segments.length === path.segments.length || folder;
}

/** Undefined: it names no place below the folder that it begins with, or systems may read it as another path. */
function pathOf(value: string): Path | undefined {
  if (/[\\\p{Cc}]|%2[ef]|%5c/iu.test(value)) return undefined;
  const segments = value.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.length === 0 || segments.includes('..')) return undefined;
  return { absolute: value.startsWith('/'), segments };
}

interface NamedPath {
  readonly of: Path;
  /** Whether it is written like a folder, so that it names what is below it too. */
  readonly folder: boolean;
  readonly excluded: boolean;
}

const read = new WeakMap<TaskText, readonly NamedPath[]>();
const FOLDER = /^(?:folder|directory|subfolder|dir)s?$/i;

function named(task: TaskText): readonly NamedPath[] {
  const known = read.get(task);
  if (known) return known;
  const found = task.words.flatMap(({ raw, text }, index) => {
    const beside = [index - 1, index + 1].some((each) => FOLDER.test(task.words[each]?.text ?? ''));
    return [...new Set([raw, text])].flatMap((form) => {
      const path = pathOf(form);
      if (!path || form.includes('://')) return [];
      return [{ of: path, folder: beside || form.includes('/'), excluded: task.excluded[index] === true }];
    });
  });
  read.set(task, found);
  return found;
}
