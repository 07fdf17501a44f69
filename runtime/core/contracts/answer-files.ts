/** Files of one answer. */
export const MAX_ANSWER_FILES = 5;

/** The ending of each media type's names. Nothing that a program would run or render as a page is among them. */
export const ANSWER_FILE_ENDINGS = {
  'text/plain': '.txt',
  'text/markdown': '.md',
  'text/csv': '.csv',
  'application/json': '.json',
} as const;

export type AnswerFileType = keyof typeof ANSWER_FILE_ENDINGS;

/** No path, no control character, no hidden file, nothing that a shell reads as an option. */
export const ANSWER_FILE_NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$';

/** A file that the agent hands back with its answer. */
export interface AnswerFile {
  readonly name: string;
  readonly mediaType: AnswerFileType;
  readonly text: string;
}

/** An answer with files, as it is kept for the application: an object whose key ends with `.json`. */
export interface AnswerWithFiles {
  readonly v: 1;
  readonly text: string;
  readonly files: readonly AnswerFile[];
}

export const answerFilesSchema = {
  type: 'array',
  minItems: 1,
  maxItems: MAX_ANSWER_FILES,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'mediaType', 'text'],
    properties: {
      name: { type: 'string', pattern: ANSWER_FILE_NAME_PATTERN, maxLength: 80 },
      mediaType: { enum: Object.keys(ANSWER_FILE_ENDINGS) },
      text: { type: 'string', minLength: 1, maxLength: 65_536 },
    },
  },
};
