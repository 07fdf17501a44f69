import { ANSWER_FILE_ENDINGS, type AnswerFile } from '../core/contracts';
import { Denied } from '../core/denied';
import { isObject } from '../core/json/is-object';

/**
 * The files of an answer that fits its schema.
 * @throws Denied if two names are the same on some file system, or a name says another type than the file's
 */
export function filesOf(given: unknown): readonly AnswerFile[] {
  if (!Array.isArray(given)) return [];
  const files = given.filter(isObject) as unknown as readonly AnswerFile[];
  const wrong = files.findIndex(({ name, mediaType }) => !endsAs(name, ANSWER_FILE_ENDINGS[mediaType]));
  const file = files[wrong];
  if (file) {
    throw new Denied('INVALID_ARGUMENTS', {
      reason: `The name of files[${wrong}] doesn’t end as its media type demands: ${ANSWER_FILE_ENDINGS[file.mediaType]}.`,
    });
  }
  if (new Set(files.map(({ name }) => name.toLowerCase())).size !== files.length) {
    throw new Denied('INVALID_ARGUMENTS', { reason: 'Two files have the same name. Give each a name of its own.' });
  }
  return files;
}

/** One ending only: a program that hides endings would show `report.exe.txt` as a program. */
function endsAs(name: string, ending: string): boolean {
  return name.length > ending.length && name.indexOf('.') === name.length - ending.length && name.endsWith(ending);
}
