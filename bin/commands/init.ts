import { defineCommand } from '../command-line/define-command';
import { expectFolderOrNothing } from '../command-line/given-file';
import { text, textOr } from '../command-line/option';
import { UsageError } from '../command-line/usage-error';
import { agentFiles, hasCdkApp, LANGUAGES, type Language, languageOf } from '../init/agent-files';
import { nextSteps } from '../init/next-steps';
import { packageSource } from '../init/package-source';
import { writeFiles } from '../init/write-files';

export const init = defineCommand({
  description: `Adds a working agent with a test and a pipeline step to the CDK app in a folder. In a folder without cdk.json it
makes a whole app. It adds to package.json or requirements.txt what they lack, overwrites nothing, and installs nothing.`,
  options: {
    language: {
      ...text('LANGUAGE', 'typescript or python; by default the language of the app in the folder, or typescript'),
      read: ([given]: readonly string[], option: string) => languageFrom(given, option),
    },
    name: {
      ...textOr('support', 'NAME', 'the name of the agent, in lower case letters, digits and dashes'),
      read: ([given = 'support']: readonly string[], option: string) => nameFrom(given, option),
    },
    dir: textOr('.', 'DIR', 'the folder of the app'),
    package: text(
      'SOURCE',
      'where npm or pip gets this package from, such as a file; by default where this one came from',
    ),
  },
  examples: [
    'hardened-agent init',
    'hardened-agent init --dir support-app --name support',
    'hardened-agent init --language python --package ./cdk_hardened_agent-0.1.0-py3-none-any.whl',
  ],
  exitCodes: {
    0: 'the files were written',
    1: 'a file is there already, or could not be written; nothing was overwritten',
  },
  run: async ({ options: { language, name, dir, package: source }, io }) => {
    expectFolderOrNothing(dir, '--dir');
    const place = { folder: dir, language: language ?? languageOf(dir) };
    const found = packageSource({ ...place, given: source, env: io.env, program: __dirname });
    const request = { ...place, name, source: found };
    const isNewApp = !hasCdkApp(dir);
    const files = writeFiles(dir, agentFiles(request));
    for (const file of files.written) io.out(`created ${file}`);
    for (const file of files.completed) io.out(`added to your ${file} what it lacked`);
    for (const file of files.kept) io.out(`kept your ${file}`);
    io.out('');
    for (const line of nextSteps(request, files, { isNewApp, env: io.env })) io.out(line);
    return 0;
  },
});

function languageFrom(given: string | undefined, option: string): Language | undefined {
  const found = LANGUAGES.find((language) => language === given);
  if (given !== undefined && found === undefined) {
    throw new UsageError(`${option} is "${given}". Give one of: ${LANGUAGES.join(', ')}.`);
  }
  return found;
}

function nameFrom(given: string, option: string): string {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(given) && given.length <= 30) return given;
  throw new UsageError(
    `${option} is "${given}". Give at most 30 lower case letters, digits and single dashes, beginning with a letter.`,
  );
}
