import { describe, isObject, isTextual, memberOf, parseJsonText, piecesOf, Reference } from '../../template';
import { between, type Judge, known, text } from './shape';

/** An issuer's address, whose keys nobody on the way can exchange. */
export const issuer: Judge = text(/^https:\/\/[^\s?#]+$/, 'an https address');

const tokenAge = between(60, 86_400);

/** Whose tokens start sessions, and how old they may be. */
export const users: Judge = known((value, subject) => {
  const read = parseJsonText(value);
  if (!isObject(read)) return 'says nothing of users';
  const ofIssuer = issuer(memberOf(read, 'issuer'), subject);
  if (ofIssuer !== undefined) return `issuer ${ofIssuer}`;
  const ofAge = tokenAge(memberOf(read, 'maxTokenAgeSeconds'), subject);
  return ofAge === undefined ? undefined : `maxTokenAgeSeconds ${ofAge}`;
});

/** The address of the app's own desk: people decide there. Who signs in at a web desk is sent back to it. */
export const ownDesk: Judge = (value, { assembly, parts }) => {
  const [scheme, api, host] = piecesOf(value) ?? [];
  const found = api instanceof Reference ? assembly.find(api) : undefined;
  const isOwn =
    isTextual(value) &&
    scheme === 'https://' &&
    found !== undefined &&
    /^(web )?desk API$/.test(parts.placeOf(found) ?? '') &&
    typeof host === 'string' &&
    // A private API also has a name with its endpoint.
    /^(-vpce-[0-9a-z]+)?\.execute-api\.|^-$/.test(host);
  return isOwn ? undefined : `is ${describe(value)}, not the address of its own desk`;
};

/** The beginning of the ARNs of what waits for people: executions of the agent's own workflow. */
export const ownWaits: Judge = (value, { assembly, parts, resource }) => {
  const pieces = piecesOf(value) ?? [];
  const [first, last] = [pieces[0], pieces.at(-1)];
  const [named] = pieces.slice(-2);
  const machine = named instanceof Reference ? assembly.find(named) : undefined;
  const workflow = machine === undefined ? undefined : parts.ofWorkload(machine);
  const isOwn =
    typeof first === 'string' &&
    first.startsWith('arn:') &&
    last === ':' &&
    workflow?.kind === 'approval workflow' &&
    machine !== undefined &&
    parts.ownerOf(machine) === parts.ownerOf(resource);
  return isOwn ? undefined : `is ${describe(value)}, not the executions of its own workflow`;
};
