// An agent that works on one task and ends. Its only tools are the gate's, and its only model is in Amazon Bedrock.
// It prints one line of JSON for each event. The lines hold names and outcomes, never arguments or texts.
import { query } from '@anthropic-ai/claude-agent-sdk';
import { PROMPT, readSettings } from './settings.mjs';

const EXIT_CODES = { answered: 0, failed: 1, unanswered: 3, timed_out: 4, stopped: 143 };

const print = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

/** Ends the process, and with it the SDK's and the bridge: nothing of them is worth keeping. */
function end(outcome, reason) {
  print({ event: 'end', outcome, ...(reason ? { reason } : {}) });
  process.exit(EXIT_CODES[outcome]);
}

async function main() {
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => end('stopped', 'The task was told to stop.'));
  const { minutes, options } = readSettings(process.env);
  setTimeout(() => end('timed_out', `The task took more than ${minutes} minutes.`), minutes * 60_000);
  const answers = new Answers();
  for await (const message of query({ prompt: PROMPT, options })) {
    if (message.subtype === 'init') print({ event: 'start', tools: message.tools, model: message.model });
    answers.read(message);
    const fault = faultOf(message);
    // What was delivered counts, whatever comes after it.
    if (fault) end(...(answers.delivered ? ['answered'] : ['failed', fault]));
  }
  end(...(answers.delivered ? ['answered'] : ['unanswered', 'The model ended without calling respond.']));
}

/** Why a message means that the agent can't go on. */
function faultOf(message) {
  // The SDK would try for minutes. What IAM denies stays denied.
  if (message.subtype === 'api_retry' && message.error_status === 403) {
    return 'Bedrock refused the model: AGENT_MODEL must be one of the models that the task role may invoke.';
  }
  if (message.type !== 'result') return undefined;
  if (message.subtype !== 'success') return `The SDK ended with ${message.subtype}.`;
  return message.is_error ? `The model gave no answer (status ${message.api_error_status ?? 'unknown'}).` : undefined;
}

/** Whether the gate took the model's answer. */
class Answers {
  delivered = false;
  #calls = new Map();

  read(message) {
    const blocks = Array.isArray(message.message?.content) ? message.message.content : [];
    for (const block of blocks) {
      if (block.type === 'tool_use') {
        this.#calls.set(block.id, block.name);
        print({ event: 'call', tool: block.name });
      }
      if (
        block.type === 'tool_result' &&
        !block.is_error &&
        this.#calls.get(block.tool_use_id) === 'mcp__gate__respond'
      ) {
        this.delivered = true;
      }
    }
  }
}

main().catch((error) => end('failed', error.message));
