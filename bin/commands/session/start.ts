import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { regionOfArn } from '../../command-line/aws-region';
import { defineCommand } from '../../command-line/define-command';
import { readGivenFileOrInput } from '../../command-line/given-file';
import { required } from '../../command-line/option';
import { UsageError } from '../../command-line/usage-error';

/** Longer than the launcher's own time. */
const TIMEOUT_MS = 60_000;

/** What the launch function answers: a session, a refusal with a code, or the error of a step that failed. */
interface LaunchAnswer {
  readonly code?: string;
  readonly reason?: string;
  readonly errorType?: string;
  readonly errorMessage?: string;
}

export const start = defineCommand({
  description: `Starts a session as an application would, with your own credentials: sends a launch request, and prints the reply as
JSON. Not for operators: their role can't launch.`,
  argument: {
    name: 'FILE',
    description: 'the launch request, JSON such as {"v": 1, "user": "ann", "taskText": "…"}; - reads standard input',
    read: (given, _others, io) => readGivenFileOrInput(given, 'FILE', io),
  },
  options: {
    function: required(
      'ARN',
      'the launch function, an output of the stack',
      (given) => {
        if (/^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[^:]+$/.test(given)) return given;
        throw new UsageError(`--function is "${given}". Give the ARN of the launch function.`);
      },
      { variable: 'HARDENED_AGENT_LAUNCH_FUNCTION' },
    ),
  },
  examples: [
    'hardened-agent session start request.json --function arn:aws:lambda:eu-west-1:111122223333:function:Launch',
  ],
  exitCodes: { 0: 'started', 1: 'the launcher refused: the error says why' },
  permissions: ['lambda:InvokeFunction'],
  run: async ({ argument: request, options: { function: functionArn }, io }) => {
    const client = new LambdaClient({
      region: regionOfArn(functionArn),
      // A second attempt could start a second session.
      maxAttempts: 1,
      ...(io.env.AWS_ENDPOINT_URL ? { endpoint: io.env.AWS_ENDPOINT_URL } : {}),
    });
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(request) }),
      { abortSignal: AbortSignal.timeout(TIMEOUT_MS) },
    );
    const reply = Buffer.from(Payload ?? []).toString('utf8');
    const { code, reason, errorType, errorMessage } = JSON.parse(reply) as LaunchAnswer;
    if (FunctionError === undefined && code === undefined) {
      io.out(reply);
      return 0;
    }
    io.err([code ?? errorType, reason ?? errorMessage].filter(Boolean).join(': '));
    return 1;
  },
});
