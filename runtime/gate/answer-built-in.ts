import type { BuiltInTool, GateReply } from '../core/contracts';
import { Denied } from '../core/denied';
import { answerSkill } from './answer-skill';
import { builtInSchemas } from './built-in-tools';
import type { NamedCall } from './call-record';
import { documentsLine } from './check-document';
import type { GateParts } from './gate-parts';
import { taskReply } from './replies';
import { stateOf } from './request-state';
import { respond } from './respond';

/** Answers a call of a built-in tool. @throws Denied if its arguments are wrong or the session has no such request */
export async function answerBuiltIn(call: NamedCall, name: BuiltInTool, parts: GateParts): Promise<GateReply> {
  const valid = parts.schemas.validate({ name, schema: builtInSchemas[name] }, call.args);
  if (!valid.ok) {
    throw new Denied('INVALID_ARGUMENTS', {
      reason: `The arguments of ${name} don't fit its schema: ${valid.reason}.`,
    });
  }
  switch (name) {
    case 'get_task': {
      const { sessionId, taskText, hasInput, documents } = call.session;
      const input = hasInput ? await parts.ports.sessions.inputOf(sessionId) : undefined;
      const text = documents === undefined ? taskText : `${taskText}\n\n${documentsLine(documents)}`;
      return taskReply(call.requestId, text, input, parts.ports.randomHex);
    }
    case 'get_request': {
      const request = await parts.ports.requests.get(call.session.sessionId, String(call.args.requestId));
      if (!request) throw new Denied('OUT_OF_SCOPE', { reason: 'No request of that id belongs to this session.' });
      return stateOf(request, parts);
    }
    case 'get_skill':
      return answerSkill(call, parts);
    case 'respond':
      return respond(call, parts);
  }
}
