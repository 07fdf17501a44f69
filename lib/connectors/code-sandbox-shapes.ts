import { ClosedNetwork } from '../network/closed-network';
import { duration } from '../private/props/cdk-shapes';
import { flag, instanceOf, listOf, memberOf, number, optional, struct, text } from '../private/props/shape';
import { CodeSandboxImage } from './code-sandbox-image';
import { CodeLanguage, type CodeSandboxProps, type CodeScriptOptions } from './code-sandbox-options';
import { InputSchema } from './input-schema';
import { Limit } from './limit';

const LIMIT = 'Limit.count(5, { per: LimitScope.SESSION, window: Duration.hours(1) })';
const LIMITS = optional(listOf(instanceOf(Limit, LIMIT), LIMIT));
const LANGUAGE = memberOf<CodeLanguage>('CodeLanguage', CodeLanguage, 'PYTHON');

/** @internal */
export const CODE_SANDBOX_PROPS = struct<CodeSandboxProps>(
  {
    languages: optional(listOf(LANGUAGE, 'CodeLanguage.PYTHON')),
    image: instanceOf(CodeSandboxImage, "CodeSandboxImage.fromEcrDigest(repository, 'sha256:…')"),
    packages: optional(listOf(text('numpy 2.3.4'), "'numpy 2.3.4'")),
    timeout: optional(duration('Duration.seconds(10)')),
    memoryMiB: optional(number(1024)),
    diskMiB: optional(number(512)),
    maxProcesses: optional(number(64)),
    maxOutputBytes: optional(number(32_768)),
    maxFileBytes: optional(number(65_536)),
    maxFiles: optional(number(2)),
    shareWorkingDirectory: optional(flag()),
    network: optional(instanceOf(ClosedNetwork, "new ClosedNetwork(this, 'Nowhere')")),
    pythonToolName: optional(text('run_python')),
    javascriptToolName: optional(text('run_javascript')),
    limits: LIMITS,
  },
  '{ image }',
);

/** @internal */
export const CODE_SCRIPT_OPTIONS = struct<CodeScriptOptions>(
  {
    description: text('Fill in a form'),
    file: text('skills/forms/fill.py'),
    language: LANGUAGE,
    input: instanceOf(InputSchema, "InputSchema.fromFile('schemas/fill.json')"),
    outputs: optional(listOf(text('form.csv'), "'form.csv'")),
    limits: LIMITS,
  },
  "{ description, file: 'skills/forms/fill.py', language: CodeLanguage.PYTHON, input }",
);
