// An agent that works on one task and ends. Its only tools are the gate's, and its only model is in Amazon Bedrock.
// It prints one line of JSON for each event. The lines hold names and outcomes, never arguments or texts.
import { query } from '@anthropic-ai/claude-agent-sdk';
import { PROMPT, readSettings } from './settings.mjs';

/** After a signal, the SDK has this long to end its processes. ECS waits 30 s before it kills a task. */
const GRACE_MS = 5000;

const EXIT_CODES = { answered: 0, failed: 1, unanswered: 3, timed_out: 4, stopped: 143 };

const print = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

function end(outcome, reason) {
  print({ event: 'end', outcome, ...(reason ? { reason } : {}) });
  process.exit(EXIT_CODES[outcome]);
}

async function main() {
  const abortController = new AbortController();
  const settings = readSettings(process.env, abortController);
  let ending;
  const stop = (outcome, reason) => {
    ending ??= [outcome, reason];
    abortController.abort();
    setTimeout(() => end(...ending), GRACE_MS).unref();
  };
  process.once('SIGTERM', () => stop('stopped', 'The task was told to stop.'));
  process.once('SIGINT', () => stop('stopped', 'The task was told to stop.'));
  setTimeout(
    () => stop('timed_out', `The task took more than ${settings.minutes} minutes.`),
    settings.minutes * 60_000,
  ).unref();

  const answers = new Answers();
  try {
    for await (const message of query({ prompt: PROMPT, options: settings.options })) {
      answers.read(message);
      if (message.type === 'system' && message.subtype === 'init')
        print({ event: 'start', tools: message.tools, model: message.model });
      if (message.type === 'result' && message.subtype !== 'success')
        ending ??= ['failed', `The SDK ended with ${message.subtype}.`];
      if (message.type === 'result' && message.is_error)
        ending ??= ['failed', `The model gave no answer (${message.api_error_status ?? 'no status'}).`];
    }
  } catch (error) {
    ending ??= ['failed', `The SDK failed: ${error.name}.`];
  }
  // What was delivered counts, whatever came after it.
  if (answers.delivered && ending?.[0] !== 'stopped') end('answered');
  end(...(ending ?? ['unanswered', 'The model ended without calling respond.']));
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
